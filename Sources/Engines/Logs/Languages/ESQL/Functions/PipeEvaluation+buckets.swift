internal import Basics
internal import Glibc

extension PipeEvaluation {
    /// `BUCKET(field, width)`, or `BUCKET(field, how many, from, to)`.
    func bucket(_ values: [PipeValue]) -> PipeValue {
        if case .span(let count, let unit) = values[1] {
            return time(values[0]).map { .date(Self.start($0, count, unit, ZonedCalendar(context.zone))) } ?? .null
        }
        if values.count == 4, let wanted = values[1].number, wanted >= 1, wanted < 1e9 {
            return automaticBucket(values, Int(wanted))
        }
        guard values.count == 2, let width = values[1].number, width > 0, let number = values[0].number else {
            return .null
        }
        return .double((number / width).rounded(.down) * width)
    }

    /// The start of what `units` units lie in.
    static func start(_ time: Int64, _ units: Int64, _ unit: CalendarUnit, _ calendar: ZonedCalendar) -> Int64 {
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
