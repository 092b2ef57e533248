package import Basics
package import SignalModel
import Synchronization

extension TimeSeriesDatabase: ExemplarSource {
    package func exemplars(_ selectors: [[Matcher]], from: Timestamp, through: Timestamp) -> [ExemplarSeries] {
        // A copy shares its memory, so that appends do not wait for slow patterns; the next append then pays for it.
        let ring = head.exemplars.withLock { $0 }
        return ring.select(selectors, from: from, through: through)
    }

    /// Room for this many; the newest stay when it shrinks, and zero keeps none.
    package func resizeExemplars(to capacity: Int) { head.exemplars.withLock { $0.resize(to: capacity) } }

    func exemplarStatistics() -> ExemplarStatistics {
        head.exemplars.withLock { ring in
            ExemplarStatistics(
                appended: ring.appendedCount, outOfOrder: ring.outOfOrderCount, stored: ring.count,
                series: ring.seriesCount, capacity: ring.capacity, lastTimestamp: ring.lastTimestamp)
        }
    }
}

/// Figures for self telemetry.
package struct ExemplarStatistics: Sendable {
    package var appended: Int
    package var outOfOrder: Int
    package var stored: Int
    package var series: Int
    package var capacity: Int
    /// Nil while there are none.
    package var lastTimestamp: Timestamp?
}
