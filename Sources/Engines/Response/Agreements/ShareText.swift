/// Shares as percentages with four decimals, cut and never rounded up to a promise that was not kept.
package enum ShareText {
    /// Exact.
    package static func text(good: UInt64, of total: UInt64) -> String {
        guard total > 0 else { return "no data" }
        let (high, low) = min(good, total).multipliedFullWidth(by: scale)
        let (millionths, _) = total.dividingFullWidth((high, low))
        return text(millionths)
    }

    package static func text(_ share: Double) -> String {
        // A target is written in few decimals; the nearest millionth is what was meant.
        text(UInt64((min(max(share, 0), 1) * Double(scale)).rounded()))
    }

    private static let scale: UInt64 = 1_000_000

    private static func text(_ millionths: UInt64) -> String {
        var decimals = String(millionths % 10_000)
        decimals = String(repeating: "0", count: 4 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(millionths / 10_000)\(decimals.isEmpty ? "" : "." + decimals) %"
    }
}
