import Basics
import SignalModel

/// What must be known of the samples before the ones that are counted: each series' last.
struct CounterMemory: Sendable {
    struct Key: Hashable, Sendable {
        var term: Int
        var labels: Labels
    }

    enum Last: Sendable {
        case float(Double)
        case histogram(NativeHistogram)
    }

    struct Entry: Sendable {
        var milliseconds: Int64
        var last: Last
        /// A stale marker followed.
        var hasEnded = false
    }

    var entries: [Key: Entry] = [:]
    /// The entries are of the samples before this minute; nil: nothing is known yet.
    var minute: Int64?

    /// Forgets series that have not been heard of for so long that they count as new.
    mutating func prune() {
        guard let minute else { return }
        let oldest = minute * Minute.milliseconds - CountingLimits.lookBack.milliseconds
        entries = entries.filter { $0.value.milliseconds >= oldest }
    }
}
