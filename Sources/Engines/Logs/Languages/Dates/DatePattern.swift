internal import Basics

/// A date format spelled in the letters of java.time: `yyyy-MM-dd HH:mm:ss.SSS`, with literals in quotes.
struct DatePattern: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case literal(String)
        case year(width: Int)
        case month(width: Int)
        case monthName(isShort: Bool)
        case day(width: Int)
        case hour(width: Int)
        case minute(width: Int)
        case second(width: Int)
        case fraction(width: Int)
        case weekday(isShort: Bool)
        /// From 1 to 12.
        case hourOfHalf(width: Int)
        /// `AM` or `PM`.
        case half
        case offset(withColon: Bool)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    private var parts: [Part] = []

    init(_ text: String) throws(LogQueryError) {
        var characters = Array(text)[...]
        while let character = characters.popFirst() {
            if character == "'" {
                var literal = ""
                while let next = characters.popFirst(), next != "'" { literal.append(next) }
                parts.append(.literal(literal.isEmpty ? "'" : literal))
                continue
            }
            guard character.isLetter else {
                parts.append(.literal(String(character)))
                continue
            }
            var width = 1
            while characters.first == character {
                width += 1
                characters.removeFirst()
            }
            guard let part = Self.part(character, width) else {
                throw LogQueryError(
                    .argument,
                    "Invalid format: [\(text)]: the letter \(character) is none of y u M d E H h a m s S X x Z"
                )
            }
            parts.append(part)
        }
    }

    private static func part(_ letter: Character, _ width: Int) -> Part? {
        switch letter {
        case "y", "u", "Y": .year(width: width)
        case "M", "L": width >= 3 ? .monthName(isShort: width == 3) : .month(width: width)
        case "d": .day(width: width)
        case "H", "k": .hour(width: width)
        case "m": .minute(width: width)
        case "s": .second(width: width)
        case "S", "n": .fraction(width: width)
        case "h", "K": .hourOfHalf(width: width)
        case "a": .half
        case "E", "e": .weekday(isShort: width < 4)
        case "X", "x": .offset(withColon: width >= 3)
        case "Z", "z", "V": .offset(withColon: false)
        default: nil
        }
    }

    func text(_ nanoseconds: Int64, zone: ZoneRules) -> String {
        let seconds = floorDivide(nanoseconds, ZonedCalendar.second)
        let offset = ZonedCalendar(zone).offsetSeconds(seconds)
        let days = floorDivide(seconds + offset, 86_400)
        let rest = floorModulo(seconds + offset, 86_400)
        let date = CivilDate(daysSinceEpoch: days)
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .year(2): text += DateWriter.padded(floorModulo(date.year, 100), 2)
            case .year(let width): text += DateWriter.padded(date.year, width)
            case .month(let width): text += DateWriter.padded(date.month, width)
            case .monthName(let isShort):
                let name = Self.months[Int(date.month) - 1]
                text += isShort ? String(name.prefix(3)) : name
            case .day(let width): text += DateWriter.padded(date.day, width)
            case .hour(let width): text += DateWriter.padded(rest / 3600, width)
            case .minute(let width): text += DateWriter.padded(rest / 60 % 60, width)
            case .second(let width): text += DateWriter.padded(rest % 60, width)
            case .fraction(let width):
                text += DateWriter.padded(floorModulo(nanoseconds, ZonedCalendar.second), 9).prefix(width)
            case .hourOfHalf(let width): text += DateWriter.padded((rest / 3600 + 11) % 12 + 1, width)
            case .half: text += rest < 43_200 ? "AM" : "PM"
            case .weekday(let isShort):
                let name = Self.weekdays[Int(floorModulo(days + 3, 7))]
                text += isShort ? String(name.prefix(3)) : name
            case .offset(let withColon): text += DateWriter.zoneText(offset, withColon: withColon)
            }
        }
        return text
    }

    func instant(_ text: String, roundingUp: Bool, zone: ZoneRules) -> Int64? {
        var reader = DateReader(text)
        var date = CivilDate(year: 1970, month: 1, day: 1)
        var time = TimeOfDay()
        var offset: Int64?
        var hourOfHalf: Int64?
        var isAfternoon = false
        for part in parts {
            switch part {
            case .literal(let literal):
                for character in literal.unicodeScalars {
                    guard character.isASCII, reader.take(character) else { return nil }
                }
            case .year(2):
                guard let value = reader.number(2) else { return nil }
                date.year = 2000 + value
            case .year:
                guard let value = reader.number(4) else { return nil }
                date.year = value
            case .month(let width):
                guard let value = reader.number(atMost: 2, atLeast: width), (1...12).contains(value) else {
                    return nil
                }
                date.month = value
            case .monthName:
                guard let month = reader.name(Self.months) else { return nil }
                date.month = Int64(month + 1)
            case .day(let width):
                guard let value = reader.number(atMost: 2, atLeast: width) else { return nil }
                date.day = value
            case .hour(let width):
                guard let value = reader.number(atMost: 2, atLeast: width), value < 24 else { return nil }
                time.hour = value
            case .hourOfHalf(let width):
                guard let value = reader.number(atMost: 2, atLeast: width), (1...12).contains(value) else {
                    return nil
                }
                hourOfHalf = value
            case .half:
                guard let half = reader.name(["AM", "PM"]) else { return nil }
                isAfternoon = half == 1
            case .minute(let width):
                guard let value = reader.number(atMost: 2, atLeast: width), value < 60 else { return nil }
                time.minute = value
            case .second(let width):
                guard let value = reader.number(atMost: 2, atLeast: width), value < 61 else { return nil }
                time.second = value
            case .fraction(let width):
                guard var value = reader.number(width) else { return nil }
                for _ in 0..<max(0, 9 - width) { value *= 10 }
                time.nanoseconds = value
            case .weekday:
                guard reader.name(Self.weekdays) != nil else { return nil }
            case .offset:
                guard let value = reader.offset() else { return nil }
                offset = value
            }
        }
        guard reader.isAtEnd, date.day >= 1, date.day <= CivilDate.daysInMonth(year: date.year, month: date.month)
        else { return nil }
        if let hourOfHalf { time.hour = hourOfHalf % 12 + (isAfternoon ? 12 : 0) }
        let seconds = roundingUp ? time.lastSeconds : time.firstSeconds
        let local = date.daysSinceEpoch * 86_400 + seconds
        let fraction = time.nanoseconds ?? (roundingUp ? ZonedCalendar.second - 1 : 0)
        guard abs(local) < 9_000_000_000 else { return nil }
        let whole = offset.map { local - $0 } ?? zone.instant(ofLocalSeconds: local).wholeSeconds
        return ZonedCalendar.nanoseconds(whole, and: fraction)
    }
}

extension DateReader {
    mutating func number(atMost most: Int, atLeast least: Int) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while count < most, let next = digit() {
            value = value * 10 + next
            count += 1
        }
        return count >= min(least, most) ? value : nil
    }

    /// Which of `names` stands here, whole or by its first three letters.
    mutating func name(_ names: [String]) -> Int? {
        let rest = String(decoding: bytes[index...], as: UTF8.self)
        for (number, name) in names.enumerated() {
            for spelled in [name, String(name.prefix(3))] where rest.hasPrefix(spelled) {
                index += spelled.utf8.count
                return number
            }
        }
        return nil
    }
}
