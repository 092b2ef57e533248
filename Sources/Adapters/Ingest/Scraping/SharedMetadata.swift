import Synchronization
import WireFormats

/// What the targets of one job say about their metrics, which is mostly the same: kept once for all that agree.
final class SharedMetadata: Sendable {
    /// Records of one target that are remembered; what it says about more metrics is not.
    private static let recordsMax = 10_000

    private let latest = Mutex<[MetricMetadata]>([])

    /// `records`, or the equal ones of another target.
    func share(_ records: [MetricMetadata]) -> [MetricMetadata] {
        let bounded = records.count > Self.recordsMax ? Array(records.prefix(Self.recordsMax)) : records
        return latest.withLock { latest in
            if latest != bounded { latest = bounded }
            return latest
        }
    }
}
