package import Basics
import Synchronization

/// Bounds what one address, and all together, may ask of endpoints that answer without a session. Time is uptime, so
/// that setting the clock opens nothing.
package final class AddressThrottle: Sendable {
    /// So many at once, then one each second; beyond it 429 with Retry-After.
    package static let requestsAtOnce = 60.0
    private static let requestsPerSecond = 1.0
    /// The same for all addresses together.
    private static let requestsAtOnceOfAll = 600.0
    private static let requestsPerSecondOfAll = 50.0
    /// Beyond it full buckets are forgotten, and when there are none all are: a bucket refills by itself anyway.
    private static let addressesMax = 10_000

    private struct Bucket {
        var tokens: Double
        var filledAt: Duration

        mutating func take(at uptime: Duration, capacity: Double, perSecond: Double) -> Bool {
            tokens = min(capacity, tokens + max(0, (uptime - filledAt).seconds) * perSecond)
            filledAt = uptime
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }
    private struct Buckets {
        var addresses: [String: Bucket] = [:]
        var all: Bucket?
    }

    private let clock: any WallClock
    private let buckets = Mutex(Buckets())

    package init(clock: any WallClock) { self.clock = clock }

    package func admit(_ address: String) throws(APIError) {
        let uptime = clock.uptime()
        let isAdmitted = buckets.withLock { buckets in
            if buckets.addresses.count >= Self.addressesMax, buckets.addresses[address] == nil {
                let full = Self.requestsAtOnce / Self.requestsPerSecond
                buckets.addresses = buckets.addresses.filter { (uptime - $0.value.filledAt).seconds < full }
                if buckets.addresses.count >= Self.addressesMax { buckets.addresses = [:] }
            }
            var all = buckets.all ?? Bucket(tokens: Self.requestsAtOnceOfAll, filledAt: uptime)
            var own = buckets.addresses[address] ?? Bucket(tokens: Self.requestsAtOnce, filledAt: uptime)
            let mayOwn = own.take(at: uptime, capacity: Self.requestsAtOnce, perSecond: Self.requestsPerSecond)
            let mayAll =
                mayOwn
                && all.take(
                    at: uptime, capacity: Self.requestsAtOnceOfAll, perSecond: Self.requestsPerSecondOfAll)
            buckets.addresses[address] = own
            buckets.all = all
            return mayOwn && mayAll
        }
        guard isAdmitted else { throw APIError(.throttled, "too many requests", retryAfterSeconds: 5) }
    }
}
