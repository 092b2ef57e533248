/// Names of metrics in Prometheus' way: with the unit, and `_total` behind counters (opentelemetry.io, specification,
/// "Prometheus and OpenMetrics Compatibility"; Prometheus' own translation where that leaves a choice).
enum OTLPMetricName {
    enum Kind: UInt8 {
        case gauge
        case monotonicSum
        case other
    }

    /// Nil when nothing of the name is left.
    static func translated(
        _ name: String, unit: String, _ kind: Kind, _ strategy: OTLPTranslation.Strategy
    ) -> String? {
        guard strategy.escapes else {
            let result = strategy.addsSuffixes ? suffixed(name, unit, kind) : name
            return result.isEmpty ? nil : result
        }
        var words = Self.words(name, keepsUnderscores: !strategy.addsSuffixes)
        if strategy.addsSuffixes { addSuffixes(unit, kind, to: &words) }
        var result = words.joined(separator: "_")
        if result.utf8.first.map(isDigit) == true { result = "_" + result }
        guard result == name || result.utf8.contains(where: { $0 != UInt8(ascii: "_") }) else { return nil }
        return result.isEmpty ? nil : result
    }

    /// What stands between characters that a name cannot have.
    private static func words(_ name: String, keepsUnderscores: Bool) -> [String] {
        name.utf8.split { !isNameByte($0) && !(keepsUnderscores && $0 == UInt8(ascii: "_")) }.map { String($0) ?? "" }
    }

    private static func addSuffixes(_ unit: String, _ kind: Kind, to words: inout [String]) {
        var (main, per) = UnitSuffix.of(unit)
        (main, per) = (UnitSuffix.escaped(main), UnitSuffix.escaped(per))
        if words.contains(main) { main = "" }
        per = per == "per_" ? "" : trimmed(per)
        if words.contains(per) { per = "" }
        if !per.isEmpty { main = trimmed(main) }
        words += [main, per].filter { !$0.isEmpty }
        for suffix in endings(unit, kind) { words = words.filter { $0 != suffix } + [suffix] }
    }

    /// Without escaping, what is there already is moved to the end.
    private static func suffixed(_ name: String, _ unit: String, _ kind: Kind) -> String {
        let (main, per) = UnitSuffix.of(unit)
        let behind = [per].filter { !$0.isEmpty } + endings(unit, kind)
        var result = name
        for suffix in behind.reversed() where result.hasSuffix(suffix) && result.utf8.count > suffix.utf8.count + 1 {
            result.removeLast(suffix.count + 1)
        }
        if !main.isEmpty, !result.hasSuffix(main) { result += "_" + main }
        return ([result] + behind).joined(separator: "_")
    }

    private static func endings(_ unit: String, _ kind: Kind) -> [String] {
        switch kind {
        case .monotonicSum: ["total"]
        // Counters of things have the unit 1 as often as ratios do.
        case .gauge: unit == "1" ? ["ratio"] : []
        case .other: []
        }
    }

    private static func trimmed(_ text: String) -> String { text.hasSuffix("_") ? String(text.dropLast()) : text }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: ":")
    }
}

/// What a unit (ucum.org) adds to a name: `By/s` is `bytes` and `per_second`.
enum UnitSuffix {
    private static let units = [
        "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
        "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
        "TiBy": "tibibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
        "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams", "Cel": "celsius",
        "Hz": "hertz", "1": "", "%": "percent",
    ]
    private static let perUnits = [
        "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year",
    ]

    static func of(_ unit: String) -> (main: String, per: String) {
        let sides = unit.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map { side in
            String(side.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        // Braces hold remarks.
        let words = sides.map { $0.contains { "{}".contains($0) } ? "" : $0 }
        let main = words.first.map { units[$0] ?? $0 } ?? ""
        let per = words.count > 1 ? perUnits[words[1]] ?? words[1] : ""
        return (main, per.isEmpty ? "" : "per_" + per)
    }

    /// With underscores for what a name cannot have, never two in a row and none in front.
    static func escaped(_ suffix: String) -> String {
        let endsOpen = suffix.utf8.last.map { !OTLPMetricName.isNameByte($0) } ?? false
        let words = suffix.utf8.split { !OTLPMetricName.isNameByte($0) }.map { String($0) ?? "" }
        return words.joined(separator: "_") + (endsOpen && !words.isEmpty ? "_" : "")
    }
}
