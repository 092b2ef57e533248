/// Prometheus' way of writing lengths of time: `1h30m`, units from years to milliseconds, each at most
/// once and in that order (prometheus/common `model.ParseDuration`).
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
        ("s", 1000), ("ms", 1),
    ]

    /// Beyond this a duration is refused: the range of Go's `time.Duration`, about 292 years.
    package static let millisecondsMax = Int64.max / 1_000_000

    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String
    }

    /// Milliseconds in `text`, which carries no sign; `0` needs no unit.
    package static func milliseconds(_ text: String) throws(Invalid) -> Int64 {
        if text == "0" { return 0 }
        if text.isEmpty { throw Invalid(description: "empty duration string") }
        let malformed = Invalid(description: "not a valid duration string: \(quoted(text))")
        var rest = Array(text.utf8)[...]
        var remainingUnits = units[...]
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix(while: isDigit)
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !isDigit($0) }
            rest = rest.dropFirst(name.count)
            guard !digits.isEmpty, !name.isEmpty else { throw malformed }
            guard units.contains(where: { $0.name.utf8.elementsEqual(name) }) else {
                let unit = String(decoding: name, as: UTF8.self)
                throw Invalid(description: "unknown unit \(quoted(unit)) in duration \(quoted(text))")
            }
            guard let index = remainingUnits.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else {
                throw malformed
            }
            guard let added = count(digits, of: remainingUnits[index].milliseconds, onto: total) else {
                throw Invalid(description: "duration out of range")
            }
            total = added
            remainingUnits = remainingUnits[(index + 1)...]
        }
        return total
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func count(_ digits: ArraySlice<UInt8>, of unit: Int64, onto total: Int64) -> Int64? {
        guard let count = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
        let (product, isTooLong) = count.multipliedReportingOverflow(by: unit)
        let (sum, isSumTooLong) = total.addingReportingOverflow(product)
        return isTooLong || isSumTooLong || sum > millisecondsMax ? nil : sum
    }

    /// The shortest such text: years and weeks only where they leave no rest. Negative lengths carry a `-`.
    package static func text(milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0s" }
        var result = milliseconds < 0 ? "-" : ""
        var rest = milliseconds.magnitude
        for unit in units {
            let size = UInt64(unit.milliseconds)
            let mustBeExact = unit.name == "y" || unit.name == "w"
            guard rest >= size, !mustBeExact || rest % size == 0 else { continue }
            result += String(rest / size) + unit.name
            rest %= size
        }
        return result
    }
}
