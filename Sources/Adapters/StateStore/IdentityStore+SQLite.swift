internal import Basics
internal import FoundationEssentials
internal import GRDB
package import Identity
internal import SignalModel

/// Users, sessions and tokens in the state database.
package struct SQLiteIdentityStore: IdentityStore {
    private let database: StateDatabase

    package init(_ database: StateDatabase) { self.database = database }

    package func load() throws(IdentityError) -> IdentitySnapshot {
        try identityErrors { () throws(StateStoreError) in
            try database.read { database in
                IdentitySnapshot(
                    users: try Row.fetchAll(database, sql: "SELECT * FROM identity_user").map(User.init(row:)),
                    sessions: try Row.fetchAll(database, sql: "SELECT * FROM identity_session")
                        .map(Session.init(row:)),
                    tokens: try Row.fetchAll(database, sql: "SELECT * FROM identity_token").map(Token.init(row:)))
            }
        }
    }

    package func apply(_ changes: [IdentityChange]) throws(IdentityError) {
        try identityErrors { () throws(StateStoreError) in
            try database.write { database in
                for change in changes { try apply(change, to: database) }
            }
        }
    }

    private func apply(_ change: IdentityChange, to database: Database) throws {
        switch change {
        case .putUser(let user): try put(user, into: database)
        case .removeUser(let name):
            try database.execute(sql: "DELETE FROM identity_user WHERE name = ?", arguments: [name.text])
        case .putSession(let session): try put(session, into: database)
        case .removeSessions(let digests):
            for digest in digests {
                try database.execute(
                    sql: "DELETE FROM identity_session WHERE digest = ?", arguments: [Data(digest.bytes)])
            }
        case .putToken(let token): try put(token, into: database)
        case .removeToken(let id):
            try database.execute(sql: "DELETE FROM identity_token WHERE id = ?", arguments: [id])
        case .touchSession(let digest, let at):
            try database.execute(
                sql: "UPDATE identity_session SET last_seen_at = ? WHERE digest = ?",
                arguments: [at.milliseconds, Data(digest.bytes)])
        case .touchToken(let id, let at):
            try database.execute(
                sql: "UPDATE identity_token SET last_used_at = ? WHERE id = ?", arguments: [at.milliseconds, id])
        }
    }

    private func put(_ user: User, into database: Database) throws {
        // An upsert: REPLACE would delete the row first, and the user's sessions with it.
        try database.execute(
            sql: """
                INSERT INTO identity_user (name, role, password, created_at, password_changed_at)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password,
                    password_changed_at = excluded.password_changed_at
                """,
            arguments: [
                user.name.text, user.role.rawValue, user.password.encoded, user.createdAt.milliseconds,
                user.passwordChangedAt.milliseconds,
            ])
    }

    private func put(_ session: Session, into database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO identity_session
                    (digest, user, created_at, last_seen_at, expires_at, source)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(session.digest.bytes), session.user.text, session.createdAt.milliseconds,
                session.lastSeenAt.milliseconds, session.expiresAt.milliseconds, session.source,
            ])
    }

    private func put(_ token: Token, into database: Database) throws {
        var role: String?
        var forcedLabels: String?
        var limits: String?
        var kind: String?
        switch token.kind {
        case .api(let tokenRole): role = tokenRole.rawValue
        case .ingest(let labels, let tokenLimits):
            let pairs = labels.pairs.map { ($0.name, $0.value) }
            forcedLabels = try IdentityRow.encode(Dictionary(pairs) { first, _ in first })
            limits = try IdentityRow.encode(tokenLimits)
        case .events(let labels), .browser(let labels):
            if case .events = token.kind { kind = IdentityRow.eventsKind } else { kind = IdentityRow.browserKind }
            let pairs = labels.pairs.map { ($0.name, $0.value) }
            forcedLabels = try IdentityRow.encode(Dictionary(pairs) { first, _ in first })
            // It has none; the table wants them beside forced labels.
            limits = try IdentityRow.encode(IngestLimits())
        }
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO identity_token (id, name, digest, role, forced_labels, limits, created_at,
                    created_by, expires_at, last_used_at, kind)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                token.id, token.name, Data(token.digest.bytes), role, forcedLabels, limits,
                token.createdAt.milliseconds, token.createdBy, token.expiresAt?.milliseconds,
                token.lastUsedAt?.milliseconds, kind,
            ])
    }
}

/// Runs `body` and says its errors in identity's words.
func identityErrors<T>(_ body: () throws(StateStoreError) -> T) throws(IdentityError) -> T {
    do {
        return try body()
    } catch {
        throw IdentityError(error.code == .corrupt ? .invalid : .unavailable, error.message)
    }
}
