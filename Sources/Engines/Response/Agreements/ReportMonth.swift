package import Basics

/// A calendar month, UTC: `2026-11`.
package struct ReportMonth: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package let year: Int64
    /// 1…12
    package let month: Int64

    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"), let year = Int64(text.prefix(4)),
            let month = Int64(text.suffix(2)), year >= 1970, (1...12).contains(month)
        else { return nil }
        self.year = year
        self.month = month
    }

    package init(containing time: Timestamp) {
        let day = time.milliseconds / 86_400_000 - (time.milliseconds % 86_400_000 < 0 ? 1 : 0)
        let date = CivilDate(daysSinceEpoch: day)
        year = date.year
        month = date.month
    }

    private init(year: Int64, month: Int64) {
        self.year = year
        self.month = month
    }

    package var previous: ReportMonth {
        month == 1 ? ReportMonth(year: year - 1, month: 12) : ReportMonth(year: year, month: month - 1)
    }
    private var next: ReportMonth {
        month == 12 ? ReportMonth(year: year + 1, month: 1) : ReportMonth(year: year, month: month + 1)
    }

    package var start: Timestamp {
        Timestamp(milliseconds: CivilDate(year: year, month: month, day: 1).daysSinceEpoch * 86_400_000)
    }
    package var end: Timestamp { next.start }

    /// Late samples have come and what was open has mostly closed: a report is kept for good from then on.
    package var settledAt: Timestamp { end + .seconds(86_400) }

    package var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    package static func < (left: ReportMonth, right: ReportMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
