/// Events of some minutes: how many were bad, how many there were, and how many minutes have data at all.
///
/// `bad` may be below zero for a minute whose good events were counted a moment before all events were; the next
/// minute then has the more, and the sum is right.
package struct CountSum: Sendable, Hashable {
    package var bad: Int64
    package var total: Int64
    package var minutes: Int

    package static let zero = CountSum(bad: 0, total: 0, minutes: 0)

    package init(bad: Int64, total: Int64, minutes: Int) {
        self.bad = bad
        self.total = total
        self.minutes = minutes
    }

    package static func += (left: inout CountSum, right: CountSum) {
        left.bad &+= right.bad
        left.total &+= right.total
        left.minutes += right.minutes
    }

    package static func -= (left: inout CountSum, right: CountSum) {
        left.bad &-= right.bad
        left.total &-= right.total
        left.minutes -= right.minutes
    }

    package static func - (left: CountSum, right: CountSum) -> CountSum {
        var result = left
        result -= right
        return result
    }
}

/// The events of one minute that has data. A minute without is nil wherever one of these may stand.
package struct MinuteCount: Sendable, Hashable {
    package var bad: Int64
    package var total: Int64

    package init(bad: Int64, total: Int64) {
        self.bad = bad
        self.total = total
    }
}

/// Minutes since 1970, which is how counts are addressed.
package enum Minute {
    package static let perDay: Int64 = 1440
    package static let milliseconds: Int64 = 60_000
}
