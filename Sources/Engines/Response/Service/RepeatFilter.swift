import Alerting
import Basics

/// Senders repeat every firing alert again and again: a repeat that says nothing new is journalled as a fingerprint
/// and a time. One filter serves one batch of inputs, of which none is applied yet.
struct RepeatFilter {
    /// Said in full earlier in the batch, so what the book knows of them is out of date.
    private var changed: Set<String> = []

    /// Alerts in one entry; more make several.
    private static let alertsMax = 1000

    /// What to journal instead of `input`; all of it happens at `now`.
    mutating func split(_ input: OperationsInput, _ book: AlertBook, at now: Timestamp) -> [OperationsInput] {
        guard case .observed(let inputs) = input else { return [input] }
        var ends: [String: Int64] = [:]
        var rest: [AlertInput] = []
        for input in inputs {
            let alert = input.alert
            if !changed.contains(alert.fingerprint), book.isRepeat(alert, at: now) {
                ends[alert.fingerprint] = max(ends[alert.fingerprint] ?? .min, alert.endsAtMilliseconds)
            } else {
                changed.insert(alert.fingerprint)
                rest.append(input)
            }
        }
        // The repeats first: of an alert that is there twice, the second may say that it has ended.
        var parts: [OperationsInput] = ends.isEmpty ? [] : [.prolonged(ends)]
        for start in stride(from: 0, to: rest.count, by: Self.alertsMax) {
            parts.append(.observed(Array(rest[start..<min(start + Self.alertsMax, rest.count)])))
        }
        return parts
    }
}
