/// One action of a bulk request.
package struct BulkItem: Sendable, Equatable {
    package enum Operation: String, Sendable, CaseIterable {
        case create, index, update, delete
    }

    package var operation: Operation
    /// Nil for the request's.
    package var index: String?
    package var identity: String?
    package var pipeline: String?
    /// What it makes the write depend on: a parameter that nothing here can look at.
    package var condition: String?
    /// Of the document in the request; empty for `delete`.
    package var source: Range<Int>
    /// Counted from one, of the action.
    package var line: Int

    package init(
        operation: Operation, index: String? = nil, identity: String? = nil, pipeline: String? = nil,
        source: Range<Int>, line: Int
    ) {
        self.operation = operation
        self.index = index
        self.identity = identity
        self.pipeline = pipeline
        self.source = source
        self.line = line
    }
}
