import Glibc
import SignalModel

/// Numbers as Go's strconv reads and writes them.
package enum NumberText {
    /// `ParseInt(text, 0, 64)` and, where that fails, `ParseFloat`: so `010` is eight and `08` too.
    /// Throws the reason in Go's words.
    static func value(_ text: String) throws(QueryError) -> Double {
        let digits = text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text
        if let integer = integer(digits) { return Double(integer) }
        switch digits.lowercased() {
        case "inf": return .infinity
        case "nan": return .nan
        case let word where word.hasPrefix("0x"): throw syntaxError(text, "invalid syntax")
        default: break
        }
        guard let value = Double(digits) else { throw syntaxError(text, "invalid syntax") }
        guard value.isFinite else { throw syntaxError(text, "value out of range") }
        return value
    }

    private static func integer(_ digits: String) -> Int64? {
        let lower = digits.lowercased()
        if lower.hasPrefix("0x") { return Int64(lower.dropFirst(2), radix: 16) }
        if lower.hasPrefix("0"), lower.utf8.count > 1 { return Int64(lower.dropFirst(), radix: 8) }
        return lower.utf8.allSatisfy(isDigit) ? Int64(lower) : nil
    }

    private static func syntaxError(_ text: String, _ reason: String) -> QueryError {
        QueryError(.parse, "error parsing number: strconv.ParseFloat: parsing \(quotedText(text)): \(reason)")
    }

    /// `value` with exactly `digits` decimals, as C and Go print `%.3f`.
    static func fixed(_ value: Double, digits: Int32) -> String {
        if !value.isFinite { return PlainDecimal.text(value) }
        // The longest double has 309 digits before the point.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
            let count = withVaList([digits, value]) { vsnprintf(buffer.baseAddress, buffer.count, "%.*f", $0) }
            return String(decoding: buffer.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
