/// A time zone as data: the offset from UTC and when it changes. Made outside, where the zone database is.
package struct ZoneOffsets: Sendable, Hashable, Codable {
    package struct Change: Sendable, Hashable, Codable {
        package var atSeconds: Int64
        /// East of UTC, from then on.
        package var offsetSeconds: Int64

        package init(atSeconds: Int64, offsetSeconds: Int64) {
            self.atSeconds = atSeconds
            self.offsetSeconds = offsetSeconds
        }
    }

    /// Before the first change.
    package var firstOffsetSeconds: Int64
    /// Sorted by time.
    package var changes: [Change]

    package init(firstOffsetSeconds: Int64, changes: [Change]) {
        self.firstOffsetSeconds = firstOffsetSeconds
        self.changes = changes
    }

    package static let utc = ZoneOffsets(firstOffsetSeconds: 0, changes: [])

    package func offsetSeconds(atSeconds time: Int64) -> Int64 {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].atSeconds <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffsetSeconds : changes[low - 1].offsetSeconds
    }
}
