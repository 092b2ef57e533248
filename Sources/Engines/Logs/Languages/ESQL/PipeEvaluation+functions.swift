internal import Basics
internal import Glibc

extension PipeEvaluation {
    func call(_ function: PipeFunction, _ arguments: [PipeExpression], _ row: [PipeValue]) -> PipeValue {
        switch function {
        case .case:
            var index = 0
            while index + 1 < arguments.count {
                if value(arguments[index], row) == .bool(true) { return value(arguments[index + 1], row) }
                index += 2
            }
            return index < arguments.count ? value(arguments[index], row) : .null
        case .coalesce:
            for argument in arguments {
                let value = value(argument, row)
                if value != .null { return value }
            }
            return .null
        case .now: return .date(context.nowNanoseconds)
        default: return call(function, arguments.map { value($0, row) })
        }
    }

    private func call(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        let first = values[0]
        switch function {
        case .mvCount: return first == .null ? .null : .long(Int64(first.values.count))
        case .mvFirst: return first.values.first ?? .null
        case .mvLast: return first.values.last ?? .null
        case .mvMin: return first.values.min { (PipeValue.compare($0, $1) ?? 0) < 0 } ?? .null
        case .mvMax: return first.values.max { (PipeValue.compare($0, $1) ?? 0) < 0 } ?? .null
        case .toString:
            if case .several(let inner) = first { return .several(inner.compactMap(\.string).map { .text($0) }) }
            return first.string.map { .text($0) } ?? .null
        default: break
        }
        // Of one value, all others: null of null.
        guard !values.contains(.null) else { return .null }
        if values.contains(where: { if case .several = $0 { true } else { false } }) { return .null }
        switch function {
        case .abs, .ceil, .floor, .round, .sqrt, .pow, .log, .log10, .exp: return mathematics(function, values)
        case .greatest: return values.max { (PipeValue.compare($0, $1) ?? 0) < 0 } ?? .null
        case .least: return values.min { (PipeValue.compare($0, $1) ?? 0) < 0 } ?? .null
        case .toLong, .toInteger, .toInt, .toDouble, .toBoolean, .toDatetime: return converted(function, first)
        case .dateTrunc, .dateExtract, .dateFormat, .dateParse, .dateDiff, .bucket: return dates(function, values)
        default: return texts(function, values)
        }
    }

    private func mathematics(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        guard let number = values[0].number else { return .null }
        let second = values.count > 1 ? values[1].number : nil
        if case .long(let whole) = values[0] {
            switch function {
            case .abs: return .long(whole == .min ? .max : Swift.abs(whole))
            case .ceil, .floor: return values[0]
            case .round where (second ?? 0) >= 0: return values[0]
            default: break
            }
        }
        let result: Double
        switch function {
        case .abs: result = Swift.abs(number)
        case .ceil: result = number.rounded(.up)
        case .floor: result = number.rounded(.down)
        case .round:
            let factor = Glibc.pow(10, second ?? 0)
            result = (number * factor).rounded(.toNearestOrAwayFromZero) / factor
        case .sqrt: result = number.squareRoot()
        case .pow: result = Glibc.pow(number, second ?? 1)
        case .log: result = second.map { Glibc.log($0) / Glibc.log(number) } ?? Glibc.log(number)
        case .log10: result = Glibc.log10(number)
        default: result = Glibc.exp(number)
        }
        return result.isFinite ? .double(result) : .null
    }

    private func converted(_ function: PipeFunction, _ value: PipeValue) -> PipeValue {
        switch function {
        case .toDouble:
            if case .text(let text) = value { return Double(text).map { .double($0) } ?? .null }
            if case .bool(let flag) = value { return .double(flag ? 1 : 0) }
            return value.number.map { .double($0) } ?? .null
        case .toBoolean:
            if case .text(let text) = value { return .bool(text.lowercased() == "true") }
            if case .bool = value { return value }
            return value.number.map { .bool($0 != 0) } ?? .null
        case .toDatetime:
            if case .date = value { return value }
            if case .text(let text) = value { return DateText(text, zone: .utc).map { .date($0.first) } ?? .null }
            guard let milliseconds = value.number, Swift.abs(milliseconds) < 9e12 else { return .null }
            return .date(Int64(milliseconds * 1e6))
        default:
            if case .long = value { return value }
            if case .bool(let flag) = value { return .long(flag ? 1 : 0) }
            var number = value.number
            if case .text(let text) = value {
                if let whole = Int64(text) { return .long(whole) }
                number = Double(text)
            }
            guard let number, Swift.abs(number) < 9.2e18 else { return .null }
            return .long(Int64(number.rounded()))
        }
    }

    private func texts(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        guard let text = values[0].string else { return .null }
        let other = values.count > 1 ? values[1].string ?? "" : ""
        func whole(_ index: Int) -> Int? {
            guard index < values.count, let number = values[index].number, Swift.abs(number) < 1e9 else { return nil }
            return Int(number)
        }
        switch function {
        case .length: return .long(Int64(text.unicodeScalars.count))
        case .toUpper: return .text(text.uppercased())
        case .toLower: return .text(text.lowercased())
        case .trim, .ltrim, .rtrim:
            var view = text[...]
            if function != .rtrim { view = view.drop { $0.isWhitespace } }
            if function != .ltrim { while view.last?.isWhitespace == true { view.removeLast() } }
            return .text(String(view))
        case .substring:
            // Counted from 1; from the end when it is negative.
            let characters = Array(text.unicodeScalars)
            guard let start = whole(1) else { return .null }
            let from = Swift.min(start > 0 ? start - 1 : Swift.max(0, characters.count + start), characters.count)
            let count = Swift.max(0, whole(2) ?? characters.count)
            var view = String.UnicodeScalarView()
            view.append(contentsOf: characters[from..<Swift.min(from + count, characters.count)])
            return .text(String(view))
        case .left: return .text(String(text.prefix(Swift.max(0, whole(1) ?? 0))))
        case .right: return .text(String(text.suffix(Swift.max(0, whole(1) ?? 0))))
        case .concat:
            let parts = values.compactMap(\.string)
            guard parts.reduce(0, { $0 + $1.utf8.count }) <= Self.textBytesMax else { return .null }
            return .text(parts.joined())
        case .replace:
            guard let expression = try? RegularExpression(other) else { return .null }
            return Self.replaced(text, expression, values[2].string ?? "").map { .text($0) } ?? .null
        case .split:
            guard !other.isEmpty else { return values[0] }
            let parts = Self.split(text, by: other).map { PipeValue.text($0) }
            return parts.count == 1 ? parts[0] : .several(parts)
        case .startsWith: return .bool(text.hasPrefix(other))
        case .endsWith: return .bool(text.hasSuffix(other))
        default:
            let pieces = Self.split(text, by: other)
            return .long(pieces.count > 1 ? Int64(pieces[0].unicodeScalars.count + 1) : 0)
        }
    }

    private static func split(_ text: String, by separator: String) -> [String] {
        guard !separator.isEmpty else { return [text] }
        let (bytes, wanted) = (Array(text.utf8), Array(separator.utf8))
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + wanted.count <= bytes.count {
            if bytes[index..<index + wanted.count].elementsEqual(wanted) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += wanted.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// nil when it becomes too long.
    private static func replaced(_ text: String, _ expression: RegularExpression, _ replacement: String) -> String? {
        var result = ""
        var offset = 0
        let bytes = Array(text.utf8)
        while offset <= bytes.count, let groups = expression.firstMatch(in: text, from: offset), let match = groups[0]
        {
            let start = text.utf8.distance(from: text.startIndex, to: match.startIndex)
            let end = start + match.utf8.count
            guard result.utf8.count + replacement.utf8.count + start - offset <= textBytesMax else { return nil }
            result += String(decoding: bytes[offset..<start], as: UTF8.self) + replacement
            if end == start {
                if start < bytes.count { result += String(decoding: bytes[start...start], as: UTF8.self) }
                offset = end + 1
            } else {
                offset = end
            }
        }
        if offset < bytes.count { result += String(decoding: bytes[offset...], as: UTF8.self) }
        return result
    }

    // MARK: Dates

    private func time(_ value: PipeValue) -> Int64? {
        switch value {
        case .date(let nanoseconds): nanoseconds
        case .text(let text): DateText(text, zone: .utc)?.first
        default: nil
        }
    }

    private func dates(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        let calendar = ZonedCalendar(context.zone)
        switch function {
        case .dateTrunc:
            guard case .span(let count, let unit) = values[0], let time = time(values[1]) else { return .null }
            return .date(Self.start(time, count, unit, calendar))
        case .bucket:
            if case .span(let count, let unit) = values[1] {
                return time(values[0]).map { .date(Self.start($0, count, unit, calendar)) } ?? .null
            }
            if values.count == 4, let wanted = values[1].number { return automaticBucket(values, Int(wanted)) }
            guard let width = values[1].number, width > 0, let number = values[0].number else { return .null }
            return .double((number / width).rounded(.down) * width)
        case .dateExtract:
            guard let part = values[0].string?.lowercased(), let time = time(values[1]) else { return .null }
            let local = calendar.localSeconds(time)
            let day = floorDivide(local, 86_400)
            let rest = floorModulo(local, 86_400)
            let date = CivilDate(daysSinceEpoch: day)
            switch part {
            case "year": return .long(date.year)
            case "month_of_year", "month": return .long(date.month)
            case "day_of_month", "day": return .long(date.day)
            case "day_of_week": return .long(floorModulo(day + 3, 7) + 1)
            case "day_of_year":
                return .long(day - CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch + 1)
            case "hour_of_day", "hour": return .long(rest / 3600)
            case "minute_of_hour", "minute": return .long(rest / 60 % 60)
            case "second_of_minute", "second": return .long(rest % 60)
            case "minute_of_day": return .long(rest / 60)
            default: return .null
            }
        case .dateFormat:
            let isFormatted = values.count == 2
            guard let time = time(values[isFormatted ? 1 : 0]) else { return .null }
            guard isFormatted, let name = values[0].string else {
                return .text(DateWriter.iso(time, zone: context.zone, withNanoseconds: false))
            }
            guard let format = try? DateFormat.list(name).first else { return .null }
            return .text(format.text(time, zone: context.zone))
        case .dateParse:
            guard let name = values[0].string, let text = values[1].string,
                let format = try? DateFormat.list(name).first,
                let time = format.instant(text, roundingUp: false, zone: context.zone)
            else { return .null }
            return .date(time)
        default:
            guard let name = values[0].string, let first = time(values[1]), let second = time(values[2]) else {
                return .null
            }
            let units: [String: Int64] = [
                "millisecond": 1_000_000, "milliseconds": 1_000_000, "ms": 1_000_000, "second": 1_000_000_000,
                "seconds": 1_000_000_000, "ss": 1_000_000_000, "s": 1_000_000_000, "minute": 60_000_000_000,
                "minutes": 60_000_000_000, "mi": 60_000_000_000, "n": 60_000_000_000, "hour": 3_600_000_000_000,
                "hours": 3_600_000_000_000, "hh": 3_600_000_000_000, "day": 86_400_000_000_000,
                "days": 86_400_000_000_000, "dd": 86_400_000_000_000, "d": 86_400_000_000_000,
                "week": 604_800_000_000_000, "weeks": 604_800_000_000_000,
            ]
            let (span, isTooLong) = second.subtractingReportingOverflow(first)
            guard !isTooLong, let unit = units[name.lowercased()] else { return .null }
            return .long(span / unit)
        }
    }

    private static func start(_ time: Int64, _ units: Int64, _ unit: CalendarUnit, _ calendar: ZonedCalendar) -> Int64
    {
        let count = Swift.min(units, ZonedCalendar.unitsMax)
        if count <= 1 { return calendar.start(of: unit, at: time) }
        if let seconds = unit.seconds ?? (unit == .day ? 86_400 : unit == .week ? 604_800 : nil) {
            let width = seconds * count
            let ahead = calendar.offsetSeconds(floorDivide(time, ZonedCalendar.second))
            let local = floorDivide(time, ZonedCalendar.second) + ahead
            return ZonedCalendar.nanoseconds(floorDivide(local, width) * width - ahead)
        }
        // Whole units since the year 1.
        let date = CivilDate(
            daysSinceEpoch: floorDivide(calendar.localSeconds(calendar.start(of: unit, at: time)), 86_400))
        let months = unit == .year ? 12 * count : unit == .quarter ? 3 * count : count
        let month = floorDivide((date.year - 1) * 12 + date.month - 1, months) * months
        let start = CivilDate(year: floorDivide(month, 12) + 1, month: floorModulo(month, 12) + 1, day: 1)
        return calendar.instant(localSeconds: start.daysSinceEpoch * 86_400)
    }

    /// The least width of which `wanted` buckets are enough from one end to the other.
    private func automaticBucket(_ values: [PipeValue], _ wanted: Int) -> PipeValue {
        if let from = time(values[2]), let to = time(values[3]), let time = time(values[0]) {
            let widths: [Int64] = [
                1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 43_200, 86_400, 604_800, 2_592_000, 31_536_000,
            ]
            let (difference, isTooLong) = to.subtractingReportingOverflow(from)
            let span = isTooLong ? Int64.max / ZonedCalendar.second : difference / ZonedCalendar.second
            let width = widths.first { span / $0 < Int64(Swift.max(1, wanted)) } ?? 31_536_000
            switch width {
            case 2_592_000: return .date(Self.start(time, 1, .month, ZonedCalendar(context.zone)))
            case 31_536_000: return .date(Self.start(time, 1, .year, ZonedCalendar(context.zone)))
            case 604_800: return .date(Self.start(time, 1, .week, ZonedCalendar(context.zone)))
            default: return .date(Self.start(time, width, .second, ZonedCalendar(context.zone)))
            }
        }
        guard let from = values[2].number, let to = values[3].number, let number = values[0].number, to > from else {
            return .null
        }
        let exact = (to - from) / Double(Swift.max(1, wanted))
        let power = Glibc.pow(10, Glibc.log10(exact).rounded(.up))
        let width = power / 5 >= exact ? power / 5 : (power / 2 >= exact ? power / 2 : power)
        return .double((number / width).rounded(.down) * width)
    }
}
