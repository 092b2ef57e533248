/// The `Retry-After` header (RFC 9110 §10.2.3): seconds, or a date in its one modern form.
package enum RetryAfter {
    /// A longer wait is cut to this: no far end may silence a page, or hold up samples, for a day.
    package static let millisecondsMax: Int64 = 3_600_000

    /// Nil for what is neither.
    package static func milliseconds(_ header: String, now: Timestamp) -> Int64? {
        let text = header.filter { $0 != "\t" }
        let digits = text.drop { $0 == " " }.prefix { $0 != " " }
        if !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) {
            let seconds = Int64(digits) ?? millisecondsMax
            return min(seconds, millisecondsMax / 1000) * 1000
        }
        guard let date = date(text) else { return nil }
        return min(max(0, (date - now).milliseconds), millisecondsMax)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            parts[1].utf8.count == 2, parts[3].utf8.count == 4
        else { return nil }
        let monthNumber = month + 1
        let monthDigits = monthNumber < 10 ? "0\(monthNumber)" : "\(monthNumber)"
        return RFC3339.parse("\(parts[3])-\(monthDigits)-\(parts[1])T\(parts[4])Z")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
