import Basics
import Synchronization

/// How fast one sender may send: a bucket of requests each. A storm of a whole estate fits in; a loop that went wild
/// is told to wait.
final class EventRates: Sendable {
    private static let perSecond = 200.0
    private static let burst = 5000.0

    private struct Bucket {
        var level: Double
        var filledAt: Duration
    }

    private let buckets = Mutex<[String: Bucket]>([:])
    private let clock: any WallClock

    init(clock: any WallClock) { self.clock = clock }

    /// Throws 429 to a sender that has used up its rate. `sender` is a token's id, so there are few.
    func take(_ sender: String) throws {
        let now = clock.uptime()
        let isFree = buckets.withLock { buckets in
            var bucket = buckets[sender] ?? Bucket(level: Self.burst, filledAt: now)
            bucket.level = min(Self.burst, bucket.level + (now - bucket.filledAt).seconds * Self.perSecond)
            bucket.filledAt = now
            let isFree = bucket.level >= 1
            if isFree { bucket.level -= 1 }
            buckets[sender] = bucket
            return isFree
        }
        if !isFree {
            throw APIError(.throttled, "more than \(Int(Self.perSecond)) requests a second", retryAfterSeconds: 1)
        }
    }
}
