import Basics

/// Who is on call, was and will be, for every schedule. A part of the operations state: no clock, no zones; times
/// come in with the inputs.
package struct OnCallBook: Sendable, Hashable, Additive {
    /// By name.
    package private(set) var schedules: [String: OnCallLedger] = [:]
    package private(set) var calendars: [OnCallCalendar] = []
    /// When `takeHandOvers` has something to do next.
    package private(set) var nextHandOverMilliseconds: Int64?

    /// One more is refused.
    package static let calendarsMax = 1000
    /// Longer notes and reasons are refused.
    package static let textCharactersMax = 4000

    package init() {}

    /// The person on call; nil when nobody is, or when there is no such schedule.
    package func who(_ schedule: String, at milliseconds: Int64) -> String? {
        schedules[schedule]?.person(at: milliseconds)
    }

    /// The book would be another after this plan.
    package func differs(from plans: [SchedulePlan], at now: Int64) -> Bool {
        var planned = self
        planned.plan(plans, at: now)
        return planned != self
    }

    mutating func apply(_ input: OnCallInput, at now: Int64) {
        switch input {
        case .planned(let plans): plan(plans, at: now)
        case .overridden(let made): for override in made { add(override, at: now) }
        case .overrideRemoved(let schedule, let id, _):
            change(schedule, at: now) { ledger in
                ledger.overrides = ledger.overrides.compactMap { override in
                    override.id == id || override.swap == id ? override.ended(at: now) : override
                }
            }
        case .noted(let schedule, let by, let text):
            let note = HandOverNote(atMilliseconds: now, by: by, text: text)
            schedules[schedule]?.notes.append(note)
            if let notes = schedules[schedule]?.notes, notes.count > OnCallLedger.entriesMax {
                schedules[schedule]?.notes.removeFirst()
            }
        case .transferDone(let schedule, let id, let by, let notes):
            guard let index = schedules[schedule]?.transfers.firstIndex(where: { $0.id == id }) else { return }
            schedules[schedule]?.transfers[index].doneAtMilliseconds = now
            schedules[schedule]?.transfers[index].doneBy = by
            schedules[schedule]?.transfers[index].notes = notes
        case .calendarMade(let calendar): if calendars.count < Self.calendarsMax { calendars.append(calendar) }
        case .calendarRevoked(let id, _): calendars.removeAll { $0.id == id }
        }
        nextHandOverMilliseconds = schedules.values.compactMap(\.nextHandOver).min()
    }

    private mutating func plan(_ plans: [SchedulePlan], at now: Int64) {
        let names = Set(plans.map(\.schedule))
        for plan in plans {
            change(plan.schedule, at: now, making: true) { ledger in
                ledger.plan(plan, at: now)
                ledger.forget(before: now - OnCallLedger.keptMilliseconds)
            }
        }
        for (name, ledger) in schedules where !names.contains(name) && !ledger.isRetired {
            change(name, at: now) { $0.retire(at: now) }
        }
    }

    private mutating func add(_ override: OnCallOverride, at now: Int64) {
        var override = override
        override.fromMilliseconds = max(override.fromMilliseconds, now)
        guard override.fromMilliseconds < override.throughMilliseconds else { return }
        change(override.schedule, at: now) { $0.overrides.append(override) }
    }

    /// Notes when something changed, for calendars.
    private mutating func change(
        _ schedule: String, at now: Int64, making: Bool = false, _ body: (inout OnCallLedger) -> Void
    ) {
        guard let before = schedules[schedule] ?? (making ? OnCallLedger() : nil) else { return }
        var ledger = before
        body(&ledger)
        if ledger != before { ledger.changedAtMilliseconds = now }
        schedules[schedule] = ledger
    }

    /// Begins what is due at each hand-over up to `now`.
    mutating func takeHandOvers(through now: Int64) -> [HandOver] {
        guard let next = nextHandOverMilliseconds, next <= now else { return [] }
        var begun: [HandOver] = []
        for name in schedules.keys.sorted() { begun += schedules[name]?.handOver(name, through: now) ?? [] }
        nextHandOverMilliseconds = schedules.values.compactMap(\.nextHandOver).min()
        return begun
    }
}
