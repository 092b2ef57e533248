/// Lets whoever started a query end it. Checked between blocks of work, so a query ends within milliseconds.
package protocol QueryCancellation: Sendable {
    var isCancelled: Bool { get }
}
