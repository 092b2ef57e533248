import Synchronization

/// How many intakes are open: each holds a line and what was not yet stored.
final class OpenSessions: Sendable {
    private static let countMax = 2000
    private let count = Atomic<Int>(0)

    /// False when one more is too many.
    func begin() -> Bool {
        guard count.wrappingAdd(1, ordering: .relaxed).oldValue < Self.countMax else {
            count.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func end() { count.wrappingSubtract(1, ordering: .relaxed) }
}
