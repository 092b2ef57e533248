import Basics

/// The series that one sender sent within the last ten to twenty minutes, by the hash of their labels.
struct ActiveSeries: Sendable {
    /// A series not sent for a whole one of these is not active any more.
    private static let generationLength = Duration.seconds(600)

    private var generations: [UInt64: UInt32] = [:]
    private var generation: UInt32 = 0
    private var turnsAt: Duration

    init(at now: Duration) { turnsAt = now + Self.generationLength }

    var count: Int { generations.count }

    /// Forgets what is no longer active. To be called now and then.
    mutating func turn(at now: Duration) {
        guard now >= turnsAt else { return }
        generation &+= 1
        turnsAt = now + Self.generationLength
        generations = generations.filter { generation &- $0.value <= 1 }
    }

    /// Whether the series is known, or one more may be.
    mutating func admits(_ hash: UInt64, max: Int) -> Bool {
        if let known = generations[hash] {
            if known != generation { generations[hash] = generation }
            return true
        }
        guard generations.count < max else { return false }
        generations[hash] = generation
        return true
    }
}
