/// Where the inputs of the operations state are kept. One writer.
///
/// Calls block. `append` is durable on return; all of it is stored or nothing. Errors are `ResponseError`s with code
/// `unavailable` when another try may work.
package protocol OperationsJournal: Sendable {
    /// The newest snapshot and the entries after it, in order.
    func load() throws(ResponseError) -> JournalContent
    func append(_ entries: [JournalEntry]) throws(ResponseError)
    /// Keeps `state` as the new beginning; entries up to its sequence may go.
    func keep(_ state: OperationsState) throws(ResponseError)
}

package struct JournalContent: Sendable {
    package var snapshot: OperationsState?
    package var entries: [JournalEntry]

    package init(snapshot: OperationsState?, entries: [JournalEntry]) {
        self.snapshot = snapshot
        self.entries = entries
    }

    /// The state after all of it.
    package func restored() throws(ResponseError) -> OperationsState {
        var state = snapshot ?? OperationsState()
        for entry in entries where entry.sequence > state.sequence {
            guard entry.sequence == state.sequence + 1 else {
                throw ResponseError(
                    .unavailable,
                    "the operations journal has a gap after entry \(state.sequence): the next is \(entry.sequence)")
            }
            state.apply(entry)
        }
        state.settle()
        return state
    }
}
