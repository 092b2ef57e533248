import Basics

/// One schedule's shifts, past and planned, and what people changed about them.
///
/// What lies in the past is never rewritten: a new plan replaces only what is still to come, an override begins no
/// earlier than it is made, and one that is taken back after it began ends where it was taken back.
package struct OnCallLedger: Sendable, Hashable, Codable {
    package internal(set) var zone = ""
    package internal(set) var hasKnowledgeTransfer = false
    /// Times without anybody are meant; nil: they are not.
    package internal(set) var allowsGaps: Bool?
    /// No longer in the paging file; its past stays.
    package internal(set) var isRetired = false
    /// Of the rotations alone; sorted, without overlap.
    package internal(set) var rotation: [Shift] = []
    package internal(set) var plannedThroughMilliseconds: Int64 = 0
    /// In the order they were made: of two at one time the later counts.
    package internal(set) var overrides: [OnCallOverride] = []
    package internal(set) var notes: [HandOverNote] = []
    package internal(set) var transfers: [KnowledgeTransfer] = []
    /// When anything that a calendar shows changed last.
    package internal(set) var changedAtMilliseconds: Int64 = 0
    /// Hand-overs up to then are dealt with.
    var handedOverThroughMilliseconds: Int64 = 0

    /// What is older is forgotten. More than two years, so that a year can be compared with the one before.
    package static let keptMilliseconds: Int64 = 800 * 86_400_000
    /// More shifts of the past are forgotten earlier, oldest first: two years of a rotation by the hour.
    static let shiftsMax = 20_000
    /// Overrides at once; one more is refused.
    package static let overridesMax = 2000
    /// Notes and transfers kept; older ones give way.
    static let entriesMax = 500

    init() {}

    /// Who is on call, overrides counted in, cut to the two times.
    package func final(from: Int64, through: Int64) -> [Shift] {
        var shifts = rotation(from: from, through: through)
        for override in overrides {
            if let shift = override.shift.clipped(from: from, through: through) {
                shifts = shifts.overlaid(with: [shift])
            }
        }
        return shifts
    }

    /// What the rotations say.
    package func rotation(from: Int64, through: Int64) -> [Shift] {
        rotation.compactMap { $0.clipped(from: from, through: through) }
    }

    /// Who is on call at a time, and for how long without a break.
    package func shift(at milliseconds: Int64) -> Shift? {
        let reach = Self.lookMilliseconds
        return final(from: milliseconds - reach, through: milliseconds + reach).shift(at: milliseconds)
    }

    /// Longer shifts are shown as if they began and ended this far away.
    private static let lookMilliseconds: Int64 = 366 * 86_400_000

    package func person(at milliseconds: Int64) -> String? {
        if let override = overrides.last(where: { $0.shift.contains(milliseconds) }) { return override.person }
        return rotation.shift(at: milliseconds)?.person
    }

    /// The next shift of somebody else, or of anybody while nobody is on call.
    package func next(after milliseconds: Int64) -> Shift? {
        let present = person(at: milliseconds)
        return final(from: milliseconds, through: milliseconds + Self.lookMilliseconds).first {
            $0.fromMilliseconds > milliseconds && $0.person != present
        }
    }

    /// Where nobody is on call, as far as is planned.
    package func gaps(from: Int64, through: Int64) -> [OnCallSpan] {
        let end = min(through, plannedThroughMilliseconds)
        return from < end ? final(from: from, through: end).gaps(from: from, through: end) : []
    }

    /// Replaces what is to come.
    mutating func plan(_ plan: SchedulePlan, at now: Int64) {
        zone = plan.zone
        allowsGaps = plan.allowsGaps
        if plan.hasKnowledgeTransfer, !hasKnowledgeTransfer || isRetired { handedOverThroughMilliseconds = now }
        hasKnowledgeTransfer = plan.hasKnowledgeTransfer
        isRetired = false
        plannedThroughMilliseconds = plan.throughMilliseconds
        replaceFuture(plan.shifts.compactMap { $0.clipped(from: now, through: plan.throughMilliseconds) }, at: now)
    }

    mutating func retire(at now: Int64) {
        isRetired = true
        plannedThroughMilliseconds = min(plannedThroughMilliseconds, now)
        replaceFuture([], at: now)
        overrides = overrides.compactMap { $0.ended(at: now) }
    }

    private mutating func replaceFuture(_ coming: [Shift], at now: Int64) {
        let under = rotation.shift(at: now)
        var past = rotation.filter { $0.throughMilliseconds > now - Self.keptMilliseconds }
            .compactMap { $0.clipped(from: .min / 2, through: now) }
        var coming = coming
        // The shift that goes on stays one.
        if let under, under.fromMilliseconds < now, let first = coming.first, first.fromMilliseconds == now,
            first.person == under.person, first.layer == under.layer
        {
            past[past.count - 1].throughMilliseconds = first.throughMilliseconds
            coming.removeFirst()
        }
        rotation = Array(past.suffix(Self.shiftsMax)) + coming
    }

    mutating func forget(before milliseconds: Int64) {
        overrides.removeAll { $0.throughMilliseconds <= milliseconds }
        notes.removeAll { $0.atMilliseconds <= milliseconds }
        transfers.removeAll { $0.atMilliseconds <= milliseconds }
    }
}

extension OnCallOverride {
    /// What is left of it when it ends at `now`; nil when it had not begun.
    func ended(at now: Int64) -> OnCallOverride? {
        guard fromMilliseconds < now else { return nil }
        var override = self
        override.throughMilliseconds = min(throughMilliseconds, now)
        return override
    }
}
