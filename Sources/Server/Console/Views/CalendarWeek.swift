import Basics
import Response

/// One line of a schedule's calendar: a week from Monday, in minutes of its clocks.
struct CalendarWeek: Sendable {
    struct Segment: Sendable {
        let x: Int64
        let width: Int64
        let paint: String
        let segmentText: String
    }

    /// `30 Nov`, its Monday.
    let weekName: String
    /// All of it in words, for who does not see it.
    let weekText: String
    let segments: [Segment]

    init(
        _ first: Timestamp, number: Int, _ shifts: [Shift], _ gaps: [OnCallSpan], _ zone: ZoneRules,
        _ paint: OnCallPaint, _ names: (String) -> String
    ) {
        let clock = LocalClock(zone)
        let monday = zone.localSeconds(at: first) + Int64(number) * CivilWeek.weekSeconds
        let length = CivilWeek.weekSeconds / 60
        func segment(_ from: Int64, _ through: Int64, _ paint: String, _ who: String) -> Segment? {
            let start = max(0, (zone.localSeconds(at: Timestamp(milliseconds: from)) - monday) / 60)
            let end = min(length, (zone.localSeconds(at: Timestamp(milliseconds: through)) - monday) / 60)
            guard start < end else { return nil }
            return Segment(
                x: start, width: end - start, paint: paint,
                segmentText: "\(who), \(clock.text(from)) to \(clock.text(through))")
        }
        segments =
            shifts.compactMap {
                segment($0.fromMilliseconds, $0.throughMilliseconds, paint.name($0.person), names($0.person))
            } + gaps.compactMap { segment($0.fromMilliseconds, $0.throughMilliseconds, OnCallPaint.gap, "Nobody") }
        weekName = clock.day(zone.instant(ofLocalSeconds: monday).milliseconds)
        weekText = segments.map(\.segmentText).joined(separator: "; ")
    }
}

/// A colour for each person, in the order in which they come. Colour never tells alone: the same stands in a table.
struct OnCallPaint: Sendable {
    struct Entry: Sendable {
        let legendName: String
        let paint: String
    }

    static let gap = "gap"
    private static let colours = 6
    private var order: [String] = []

    init(_ people: [String]) { for person in people where !order.contains(person) { order.append(person) } }

    func name(_ person: String) -> String { "c\((order.firstIndex(of: person) ?? 0) % Self.colours)" }

    /// The same, and others after them.
    func with(_ people: [String]) -> OnCallPaint { OnCallPaint(order + people) }

    func entries(of people: Set<String>, _ names: (String) -> String) -> [Entry] {
        order.filter(people.contains).map { Entry(legendName: names($0), paint: name($0)) }
    }
}

/// Times as a schedule's clocks show them.
struct LocalClock: Sendable {
    private let zone: ZoneRules
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    init(_ zone: ZoneRules) { self.zone = zone }

    /// `30 Nov`
    func day(_ milliseconds: Int64) -> String {
        let date = CivilDate(daysSinceEpoch: floorDivide(local(milliseconds), CivilWeek.daySeconds))
        return "\(date.day) \(Self.months[Int(date.month) - 1])"
    }

    /// `Mon 30 Nov 09:00`
    func text(_ milliseconds: Int64) -> String {
        let seconds = local(milliseconds)
        let weekday = Self.days[Int(CivilWeek.weekday(ofDay: floorDivide(seconds, CivilWeek.daySeconds)))]
        let minutes = floorModulo(seconds, CivilWeek.daySeconds) / 60
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(weekday) \(day(milliseconds)) \(two(minutes / 60)):\(two(minutes % 60))"
    }

    private func local(_ milliseconds: Int64) -> Int64 {
        zone.localSeconds(at: Timestamp(milliseconds: milliseconds))
    }
}
