import Basics
import Response

/// Who is on call, by schedule: now, in the coming weeks, and where nobody is.
struct OnCallView: Sendable {
    struct Choice: Sendable {
        let choiceID: String
        let choiceName: String
    }

    let now: Int64
    let tabTitle = "On call"
    let schedules: [ScheduleCard]
    let hasSchedules: Bool
    let mayRespond: Bool
    /// Everybody of the paging file.
    let people: [Choice]

    init(_ state: OperationsState, zone: (String) -> ZoneRules?, now: Timestamp, mayRespond: Bool) {
        self.now = now.milliseconds
        self.mayRespond = mayRespond
        people = state.configuration.people.map { Choice(choiceID: $0.key, choiceName: $0.value.name) }
            .sorted { ($0.choiceName, $0.choiceID) < ($1.choiceName, $1.choiceID) }
        let ledgers = state.onCall.schedules.filter { !$0.value.isRetired }.sorted { $0.key < $1.key }
        // One colour a person, whatever the schedule.
        let paint = OnCallPaint(
            ledgers.flatMap { _, ledger in
                ledger.final(from: now.milliseconds, through: now.milliseconds + ScheduleCard.shownMilliseconds)
                    .map(\.person)
            })
        schedules = ledgers.map {
            ScheduleCard($0.key, $0.value, state.configuration, zone($0.value.zone) ?? .utc, paint, now: now)
        }
        hasSchedules = !schedules.isEmpty
    }
}

/// One schedule.
struct ScheduleCard: Sendable {
    struct Row: Sendable {
        let rowName: String
        let rowFrom: String
        let rowThrough: String
        let rowNote: String
        let isGap: Bool
        let isPresent: Bool
        let paint: String
    }

    struct Taken: Sendable {
        let overrideID: String
        let overrideText: String
        let overrideNote: String
    }

    struct Swappable: Sendable {
        /// When it begins, and whose it is now: it may have changed hands when the form comes.
        let shiftValue: String
        let shiftText: String
    }

    struct Transfer: Sendable {
        let transferID: String
        let transferText: String
    }

    struct Note: Sendable {
        let noteBy: String
        let noteText: String
        let noteAt: TimeText
    }

    let scheduleName: String
    let zoneName: String
    let isCovered: Bool
    let nowName: String
    let nowUntil: TimeText?
    let nowUntilText: String?
    let isOverride: Bool
    /// Times without anybody are meant.
    let mayBeNobody: Bool
    let nextName: String?
    let nextFrom: TimeText?
    let gapsText: String?
    let weeks: [CalendarWeek]
    let legend: [OnCallPaint.Entry]
    let rows: [Row]
    let overrides: [Taken]
    let hasOverrides: Bool
    /// Shifts to come that may be swapped for each other.
    let swappable: [Swappable]
    let canSwap: Bool
    let transfers: [Transfer]
    let hasTransfers: Bool
    let notes: [Note]
    let hasNotes: Bool

    private static let weeksShown = 4
    static let shownMilliseconds = Int64(weeksShown) * CivilWeek.weekSeconds * 1000
    private static let rowsMax = 40
    private static let gapsShown = 3
    private static let notesShown = 5

    init(
        _ name: String, _ ledger: OnCallLedger, _ configuration: PagingConfiguration, _ zone: ZoneRules,
        _ all: OnCallPaint,
        now: Timestamp
    ) {
        let time = now.milliseconds
        let names = { (person: String) in NextStep.name(person, configuration) }
        let clock = LocalClock(zone)
        let start = zone.instant(ofLocalSeconds: CivilWeek.start(ofWeekAt: zone.localSeconds(at: now)))
        let end = start + .seconds(Int64(Self.weeksShown) * CivilWeek.weekSeconds)
        let shifts = ledger.final(from: start.milliseconds, through: end.milliseconds)
        let gaps = ledger.allowsGaps == true ? [] : ledger.gaps(from: time, through: end.milliseconds)
        let present = ledger.shift(at: time)
        let next = ledger.next(after: time)
        let paint = all.with(shifts.map(\.person))
        scheduleName = name
        zoneName = ledger.zone
        isCovered = present != nil
        nowName = present.map { names($0.person) } ?? ""
        nowUntil = present.map { TimeText(milliseconds: $0.throughMilliseconds, now: now) }
        isOverride = present?.override != nil
        nowUntilText = present.map { clock.text($0.throughMilliseconds) }
        mayBeNobody = ledger.allowsGaps == true
        nextName = next.map { names($0.person) }
        nextFrom = next.map { TimeText(milliseconds: $0.fromMilliseconds, now: now) }
        let gapTexts = gaps.prefix(Self.gapsShown).map {
            "\(clock.text($0.fromMilliseconds)) to \(clock.text($0.throughMilliseconds))"
        }
        let more = gaps.count > Self.gapsShown ? ", and \(gaps.count - Self.gapsShown) times more" : ""
        gapsText = gaps.isEmpty ? nil : gapTexts.joined(separator: ", ") + more
        weeks = (0..<Self.weeksShown).map {
            CalendarWeek(start, number: $0, shifts, gaps, zone, paint, names)
        }
        legend = paint.entries(of: Set(shifts.map(\.person)), names)
        let overridden = { (id: String?) -> String in
            guard let override = ledger.overrides.first(where: { $0.id == id }) else { return "" }
            let kind = override.swap == nil ? "override" : "swap"
            return "\(kind) by \(override.by)" + (override.why.isEmpty ? "" : ": \(override.why)")
        }
        let coming = shifts.filter { $0.throughMilliseconds > time }.map { shift in
            (
                shift.fromMilliseconds,
                Row(
                    rowName: names(shift.person), rowFrom: clock.text(shift.fromMilliseconds),
                    rowThrough: clock.text(shift.throughMilliseconds), rowNote: overridden(shift.override),
                    isGap: false, isPresent: shift.contains(time), paint: paint.name(shift.person))
            )
        }
        let empty = gaps.map { gap in
            (
                gap.fromMilliseconds,
                Row(
                    rowName: "Nobody", rowFrom: clock.text(gap.fromMilliseconds),
                    rowThrough: clock.text(gap.throughMilliseconds), rowNote: "", isGap: true,
                    isPresent: gap.fromMilliseconds <= time, paint: OnCallPaint.gap)
            )
        }
        rows = (coming + empty).sorted { $0.0 < $1.0 }.prefix(Self.rowsMax).map(\.1)
        overrides = ledger.overrides.filter { $0.throughMilliseconds > time }.map { override in
            Taken(
                overrideID: override.id,
                overrideText: "\(names(override.person)), \(clock.text(override.fromMilliseconds)) to "
                    + clock.text(override.throughMilliseconds), overrideNote: overridden(override.id))
        }
        hasOverrides = !overrides.isEmpty
        let swaps = shifts.filter { $0.throughMilliseconds > time }.prefix(Self.rowsMax)
        swappable = swaps.map { shift in
            Swappable(
                shiftValue: "\(shift.fromMilliseconds)/\(shift.person)",
                shiftText: "\(names(shift.person)), \(clock.text(max(shift.fromMilliseconds, time))) to "
                    + clock.text(shift.throughMilliseconds))
        }
        canSwap = Set(swaps.map(\.person)).count > 1
        transfers = ledger.transfers.filter { $0.doneAtMilliseconds == nil }.map { transfer in
            Transfer(
                transferID: transfer.id,
                transferText: "\(transfer.outgoing.isEmpty ? "Nobody" : names(transfer.outgoing)) to "
                    + "\(names(transfer.incoming)), \(clock.text(transfer.atMilliseconds))")
        }
        hasTransfers = !transfers.isEmpty
        notes = ledger.notes.suffix(Self.notesShown).reversed().map {
            Note(noteBy: $0.by, noteText: $0.text, noteAt: TimeText(milliseconds: $0.atMilliseconds, now: now))
        }
        hasNotes = !notes.isEmpty
    }
}
