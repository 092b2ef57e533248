internal import Basics

/// A time zone of a date: an offset or the rules of a place.
enum DateZone: Sendable {
    case offset(seconds: Int64)
    case rules(ZoneRules)

    static let utc = DateZone.offset(seconds: 0)

    /// `UTC`, `Z`, `+02:00`, `GMT+2`, `Europe/Berlin`, and abbreviations that mean one thing.
    init?(_ name: String, _ rules: (String) -> ZoneRules?) {
        var rest = name[...]
        for prefix in ["UTC", "GMT", "UT"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            break
        }
        if rest.isEmpty || rest == "Z" || rest == "z" {
            self = .utc
        } else if let seconds = Self.offset(rest) {
            self = .offset(seconds: seconds)
        } else if let hours = Self.abbreviations[name] {
            self = .offset(seconds: hours * 3600)
        } else if let rules = rules(name) {
            self = .rules(rules)
        } else {
            return nil
        }
    }

    /// Hours east of UTC.
    static let abbreviations: [String: Int64] = [
        "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9,
        "AKDT": -8, "HST": -10, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
        "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    ]

    /// `+1`, `+01`, `+0130`, `+01:30`, `+01:30:15`.
    static func offset(_ text: Substring) -> Int64? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 48 < 10 }), digits.count <= 6 else { return nil }
        let width = digits.count % 2 == 0 ? 2 : 1
        var rest = Substring(digits)
        var seconds = (Int64(rest.prefix(width)) ?? 0) * 3600
        rest = rest.dropFirst(width)
        seconds += (Int64(rest.prefix(2)) ?? 0) * 60
        rest = rest.dropFirst(2)
        seconds += Int64(rest.prefix(2)) ?? 0
        guard seconds <= 18 * 3600 else { return nil }
        return sign == "-" ? -seconds : seconds
    }

    func offsetSeconds(atSeconds seconds: Int64) -> Int64 {
        switch self {
        case .offset(let seconds): seconds
        case .rules(let rules): rules.offsetSeconds(at: Timestamp(milliseconds: seconds * 1000))
        }
    }

    /// Since 1970, UTC, of what clocks on the wall show.
    func seconds(ofLocal local: Int64) -> Int64 {
        switch self {
        case .offset(let seconds): local - seconds
        case .rules(let rules): rules.instant(ofLocalSeconds: local).wholeSeconds
        }
    }
}
