/// Lets whoever started a query end it, and see how it goes. Asked and told between blocks of work, so a query ends
/// within milliseconds.
package protocol QueryCancellation: Sendable {
    var isCancelled: Bool { get }
    /// Points held now, and samples read so far.
    func note(samplesHeld: Int, samplesRead: Int)
}
