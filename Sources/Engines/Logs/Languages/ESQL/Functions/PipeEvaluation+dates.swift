internal import Basics

extension PipeEvaluation {
    /// A date, or a text that spells one.
    func time(_ value: PipeValue) -> Int64? {
        switch value {
        case .date(let nanoseconds): nanoseconds
        case .text(let text): DateText(text, zone: context.zone)?.first
        default: nil
        }
    }

    func dates(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        switch function {
        case .bucket: return bucket(values)
        case .dateTrunc:
            guard case .span(let count, let unit) = values[0], let time = time(values[1]) else { return .null }
            return .date(Self.start(time, count, unit, ZonedCalendar(context.zone)))
        case .dateExtract:
            guard let name = values[0].string, let part = PipeDatePart(rawValue: name.lowercased()),
                let time = time(values[1])
            else { return .null }
            return .long(part.value(of: time, ZonedCalendar(context.zone)))
        case .dateFormat:
            guard let time = time(values[values.count - 1]) else { return .null }
            guard values.count == 2, let name = values[0].string else {
                return .text(DateWriter.iso(time, zone: context.zone, withNanoseconds: false))
            }
            return patterns.format(name).map { .text($0.text(time, zone: context.zone)) } ?? .null
        case .dateParse:
            guard let text = values[values.count - 1].string else { return .null }
            guard values.count == 2, let name = values[0].string else {
                return time(.text(text)).map { .date($0) } ?? .null
            }
            return patterns.format(name)?.instant(text, roundingUp: false, zone: context.zone).map { .date($0) }
                ?? .null
        case .dateDiff:
            guard let name = values[0].string, let unit = PipeDateUnit(named: name.lowercased()),
                let first = time(values[1]), let second = time(values[2])
            else { return .null }
            return unit.count(from: first, to: second).map { .long($0) } ?? .null
        default:
            guard let time = time(values[0]) else { return .null }
            let pattern = function == .dayName ? "EEEE" : "MMMM"
            return patterns.format(pattern).map { .text($0.text(time, zone: context.zone)) } ?? .null
        }
    }
}
