import HTTPAPI
import StateStore

/// Elasticsearch's objects in the state database.
struct KeptElasticsearchObjects: StoredObjectKeeping {
    let store: SQLiteElasticsearchObjects

    func loadObjects() throws -> [StoredObject] {
        try store.load().compactMap { row in
            StoredObject.Kind(rawValue: row.kind).map {
                StoredObject(kind: $0, name: row.name, body: row.body, changedAt: row.changedAt)
            }
        }
    }

    func putObject(_ object: StoredObject) throws {
        try written {
            try store.put(
                SQLiteElasticsearchObjects.Row(
                    kind: object.kind.rawValue, name: object.name, body: object.body, changedAt: object.changedAt))
        }
    }

    func removeObject(_ kind: StoredObject.Kind, _ name: String) throws {
        try written { try store.remove(kind: kind.rawValue, name: name) }
    }

    /// While the disk is full the sender is to try again.
    private func written(_ body: () throws -> Void) throws {
        do { try body() } catch let error as StateStoreError where error.code == .unavailable {
            throw APIError(.unavailable, error.message, retryAfterSeconds: 5)
        }
    }
}
