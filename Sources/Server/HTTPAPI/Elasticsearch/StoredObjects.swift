import Basics
import Synchronization

/// All stored objects in memory, over whoever keeps them; before them those that files of the configuration define.
package final class StoredObjects: Sendable {
    package struct Configured: Sendable {
        var kind: StoredObject.Kind
        var name: String
        var body: String
        /// Of the file.
        var path: String

        package init(kind: StoredObject.Kind, name: String, body: String, path: String) {
            self.kind = kind
            self.name = name
            self.body = body
            self.path = path
        }
    }

    private struct Key: Hashable {
        var kind: StoredObject.Kind
        var name: String
    }

    /// Beyond it nothing new is taken: a client that makes up names must not fill the memory.
    static let countMax = 10_000
    /// A body of more is refused: Beats' templates have half a megabyte.
    static let bodyBytesMax = 8 << 20

    private let keeping: any StoredObjectKeeping
    private let objects: Mutex<[Key: StoredObject]>
    private let configured = Mutex<[Key: Configured]>([:])

    /// Reads them; blocks.
    package init(_ keeping: any StoredObjectKeeping) throws {
        self.keeping = keeping
        objects = Mutex(
            Dictionary(
                try keeping.loadObjects().map { (Key(kind: $0.kind, name: $0.name), $0) }, uniquingKeysWith: { $1 }))
    }

    /// In place of those that were configured before.
    package func configure(_ files: [Configured]) {
        let files = Dictionary(
            files.map { (Key(kind: $0.kind, name: $0.name), $0) }, uniquingKeysWith: { first, _ in first })
        configured.withLock { $0 = files }
    }

    package func object(_ kind: StoredObject.Kind, _ name: String) -> StoredObject? {
        let key = Key(kind: kind, name: name)
        return configured.withLock { $0[key].map(Self.object) } ?? objects.withLock { $0[key] }
    }

    /// Sorted by name.
    package func all(_ kind: StoredObject.Kind) -> [StoredObject] {
        let stored = objects.withLock { $0.filter { $0.key.kind == kind } }
        let files = configured.withLock { $0.filter { $0.key.kind == kind }.mapValues(Self.object) }
        return stored.merging(files) { $1 }.values.sorted { $0.name < $1.name }
    }

    /// With `*` and commas in the name.
    func matching(_ pattern: String, _ kind: StoredObject.Kind) -> [StoredObject] {
        if !pattern.contains("*"), !pattern.contains(",") { return object(kind, pattern).map { [$0] } ?? [] }
        let patterns = pattern.split(separator: ",").map(String.init)
        return all(kind).filter { object in patterns.contains { Wildcard.matches(object.name, $0) } }
    }

    private static func object(_ file: Configured) -> StoredObject {
        StoredObject(kind: file.kind, name: file.name, body: file.body, changedAt: 0)
    }

    /// The configuration's file that defines it; nil of what was stored by the API, or is not there.
    func file(of kind: StoredObject.Kind, _ name: String) -> String? {
        configured.withLock { $0[Key(kind: kind, name: name)]?.path }
    }

    /// What a file defines is changed there.
    private func refuseConfigured(_ key: Key) throws {
        guard let file = configured.withLock({ $0[key] }) else { return }
        throw ElasticsearchError.badArgument(
            "\(key.kind) [\(key.name)] is defined by the configuration's file \(file.path): change it there")
    }

    /// Whether somebody made the index, alias or data stream, whatever is in it.
    package func isMade(_ name: String) -> Bool { object(.index, name) != nil || object(.dataStream, name) != nil }

    /// Durable on return; blocks.
    func put(_ object: StoredObject) throws {
        let key = Key(kind: object.kind, name: object.name)
        try refuseConfigured(key)
        let hasRoom = objects.withLock { $0[key] != nil || $0.count < Self.countMax }
        guard hasRoom else { throw ElasticsearchError.badArgument("more than \(Self.countMax) objects are stored") }
        try keeping.putObject(object)
        objects.withLock { $0[key] = object }
    }

    /// That somebody made an index or a data stream of the name. Durable on return; blocks.
    package func forgetIndex(_ name: String) throws {
        for kind in [StoredObject.Kind.index, .dataStream] { _ = try remove(kind, name) }
    }

    /// False when it is not there. Durable on return; blocks.
    func remove(_ kind: StoredObject.Kind, _ name: String) throws -> Bool {
        let key = Key(kind: kind, name: name)
        try refuseConfigured(key)
        guard objects.withLock({ $0[key] }) != nil else { return false }
        try keeping.removeObject(kind, name)
        objects.withLock { $0[key] = nil }
        return true
    }
}
