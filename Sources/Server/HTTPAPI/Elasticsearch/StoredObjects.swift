import Synchronization

/// All stored objects in memory, over whoever keeps them.
package final class StoredObjects: Sendable {
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

    /// Reads them; blocks.
    package init(_ keeping: any StoredObjectKeeping) throws {
        self.keeping = keeping
        objects = Mutex(
            Dictionary(
                try keeping.loadObjects().map { (Key(kind: $0.kind, name: $0.name), $0) }, uniquingKeysWith: { $1 }))
    }

    package func object(_ kind: StoredObject.Kind, _ name: String) -> StoredObject? {
        objects.withLock { $0[Key(kind: kind, name: name)] }
    }

    /// Sorted by name.
    package func all(_ kind: StoredObject.Kind) -> [StoredObject] {
        objects.withLock { $0.values.filter { $0.kind == kind } }.sorted { $0.name < $1.name }
    }

    /// Whether somebody made the index, alias or data stream, whatever is in it.
    package func isMade(_ name: String) -> Bool { object(.index, name) != nil || object(.dataStream, name) != nil }

    /// Durable on return; blocks.
    func put(_ object: StoredObject) throws {
        let key = Key(kind: object.kind, name: object.name)
        let hasRoom = objects.withLock { $0[key] != nil || $0.count < Self.countMax }
        guard hasRoom else { throw ElasticsearchError.badArgument("more than \(Self.countMax) objects are stored") }
        try keeping.putObject(object)
        objects.withLock { $0[key] = object }
    }

    /// False when it is not there. Durable on return; blocks.
    func remove(_ kind: StoredObject.Kind, _ name: String) throws -> Bool {
        guard object(kind, name) != nil else { return false }
        try keeping.removeObject(kind, name)
        objects.withLock { $0[Key(kind: kind, name: name)] = nil }
        return true
    }
}
