internal import GRDB
internal import Glibc

/// The one SQLite file of a data directory, `state.sqlite`: WAL mode, each commit synced before it returns.
///
/// To add tables, append a migration to `migrations` below and write a store beside this file that takes a
/// `StateDatabase`. A migration that has shipped is never changed. Calls block; make them from a thread that may.
package final class StateDatabase: Sendable {
    package let path: String
    let pool: DatabasePool

    /// In order. The names are stored; a file with names unknown here was written by a newer Signalbox.
    private static let migrations: [(name: String, body: @Sendable (Database) throws -> Void)] = [
        ("0001 identity", IdentityTables.create),
        ("0002 operations", OperationsTables.create),
        ("0003 rule groups", RuleGroupTables.create),
        ("0004 channels", ChannelTables.create),
        ("0005 kinds of tokens", IdentityTables.addKinds),
        ("0006 Elasticsearch objects", ElasticsearchObjectTables.create),
        ("0007 sampling overrides", SamplingTables.create),
        ("0008 agreement reports", SQLiteReports.create),
        ("0009 searches and metrics of logs", LogTables.create),
        ("0010 parts of snapshots", SnapshotParts.create),
        ("0011 closed pages", SQLitePageArchive.create),
        ("0012 settled dead letters", SQLiteSettledLetters.create),
    ]

    /// Another connection that writes, a backup say, is waited for this long.
    private static let busySeconds = 5.0
    private static let readersMax = 4

    /// Opens or creates the file and brings its tables up to date.
    package init(path: String) throws(StateStoreError) {
        self.path = path
        try Self.createPrivately(path)
        do {
            var configuration = Configuration()
            configuration.label = "state"
            configuration.busyMode = .timeout(Self.busySeconds)
            configuration.maximumReaderCount = Self.readersMax
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL with WAL mode, which may lose the last commits when the power fails.
            // Debian's SQLite overwrites with zeros what it deletes, all pages of it: here only where it writes anyway.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST")
            }
            var migrator = DatabaseMigrator()
            for (name, body) in Self.migrations { migrator.registerMigration(name, migrate: body) }
            if try pool.read(migrator.hasBeenSuperseded) {
                throw StateStoreError(.newer, "\(path) was written by a newer version of Signalbox")
            }
            try migrator.migrate(pool)
        } catch let error as StateStoreError {
            throw error
        } catch {
            throw StateStoreError(error, doing: "opening", path: path)
        }
    }

    package func close() throws(StateStoreError) {
        do {
            try pool.close()
        } catch {
            throw StateStoreError(error, doing: "closing", path: path)
        }
    }

    /// All of `body` or none, durable on return.
    func write<T>(_ body: (Database) throws -> T) throws(StateStoreError) -> T {
        do {
            return try pool.write(body)
        } catch {
            throw StateStoreError(error, doing: "writing", path: path)
        }
    }

    func read<T>(_ body: (Database) throws -> T) throws(StateStoreError) -> T {
        do {
            return try pool.read(body)
        } catch {
            throw StateStoreError(error, doing: "reading", path: path)
        }
    }

    /// The file holds password hashes: only the server's user may read it. SQLite gives its companions the same mode.
    private static func createPrivately(_ path: String) throws(StateStoreError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StateStoreError(.unavailable, "opening \(path): \(String(cString: strerror(errno)))")
        }
        Glibc.close(file)
    }
}
