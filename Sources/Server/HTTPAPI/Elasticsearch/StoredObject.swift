/// What Elasticsearch's clients store beside documents: policies, templates, pipelines, names of streams.
package struct StoredObject: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case policy, indexTemplate, componentTemplate, legacyTemplate, dataStream, index, pipeline
    }

    package var kind: Kind
    package var name: String
    /// A JSON object, as it came.
    package var body: String
    /// Milliseconds since 1970.
    package var changedAt: Int64

    package init(kind: Kind, name: String, body: String, changedAt: Int64) {
        self.kind = kind
        self.name = name
        self.body = body
        self.changedAt = changedAt
    }
}

/// Where they are kept. Each change is durable on return; calls block.
package protocol StoredObjectKeeping: Sendable {
    func loadObjects() throws -> [StoredObject]
    func putObject(_ object: StoredObject) throws
    func removeObject(_ kind: StoredObject.Kind, _ name: String) throws
}
