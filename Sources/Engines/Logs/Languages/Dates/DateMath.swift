internal import Basics

/// Dates of queries: ISO 8601 or another format, `now`, and arithmetic behind either: `now-1h/d`,
/// `2026-11-26||+1M/d`.
struct DateMath {
    let context: LogQueryContext
    /// In whose time dates without an offset are, and units begin.
    let calendar: ZonedCalendar

    init(_ context: LogQueryContext, zone: ZoneRules? = nil) {
        self.context = context
        calendar = ZonedCalendar(zone ?? context.zone)
    }

    /// Nanoseconds since 1970. With `roundingUp`, what is left out or rounded away counts as its end: so that
    /// `<= 2026-11-26` takes in the whole day.
    func resolve(
        _ text: String, roundingUp: Bool, formats: [DateFormat] = DateFormat.standard
    ) throws(LogQueryError) -> Int64 {
        if text.hasPrefix("now") {
            return try applied(Substring(text.dropFirst(3)), to: context.nowNanoseconds, roundingUp, of: text)
        }
        guard let bars = Self.bars(text) else { return try base(text, roundingUp: roundingUp, formats) }
        let start = try base(String(text[..<bars]), roundingUp: false, formats)
        return try applied(text[bars...].dropFirst(2), to: start, roundingUp, of: text)
    }

    /// Whether a constant for a field of unknown kind is meant as a date.
    static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(11))
        if text.hasPrefix("now") {
            return bytes.count == 3 || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/")].contains(bytes[3])
        }
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return false }
        let base = bars(text).map { String(text[..<$0]) } ?? text
        return DateText(base, zone: .utc) != nil
    }

    private static func bars(_ text: String) -> String.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix("||") { return index }
            index = text.index(after: index)
        }
        return nil
    }

    private func base(_ text: String, roundingUp: Bool, _ formats: [DateFormat]) throws(LogQueryError) -> Int64 {
        for format in formats {
            if let value = format.instant(text, roundingUp: roundingUp, zone: calendar.zone) { return value }
        }
        let names = formats.map(\.name).joined(separator: "||")
        throw LogQueryError(.argument, "failed to parse date field [\(text)] with format [\(names)]")
    }

    private func applied(
        _ operations: Substring, to start: Int64, _ roundingUp: Bool, of text: String
    ) throws(LogQueryError) -> Int64 {
        var characters = Array(operations.unicodeScalars)[...]
        var time = start
        while let operation = characters.popFirst() {
            var digits = ""
            while let digit = characters.first, ("0"..."9").contains(digit) {
                digits.unicodeScalars.append(digit)
                characters.removeFirst()
            }
            guard operation == "+" || operation == "-" || operation == "/",
                let count = Int64(digits.isEmpty ? "1" : digits), count < 1_000_000_000,
                let letter = characters.popFirst(), let unit = CalendarUnit(letter: letter)
            else {
                throw LogQueryError(
                    .argument,
                    "cannot read the date arithmetic in [\(text)]: +, - or / are followed by a number and one of "
                        + "y M w d h m s, as in now-1h/d")
            }
            if operation == "/" {
                guard digits.isEmpty else {
                    throw LogQueryError(.argument, "rounding in [\(text)] takes a unit alone, as in now/d")
                }
                time = calendar.start(of: unit, at: time)
                if roundingUp { time = calendar.start(of: unit, after: time).subtractingSaturated(1) }
            } else {
                time = calendar.moved(time, unit, by: operation == "-" ? -count : count)
            }
        }
        return time
    }
}
