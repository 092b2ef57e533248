import Basics

/// What can happen to the on-call book.
package enum OnCallInput: Sendable, Hashable, Codable {
    /// Every schedule of the paging file, expanded for the time to come.
    case planned([SchedulePlan])
    case overridden([OnCallOverride])
    /// By an override's own id or that of the swap it belongs to.
    case overrideRemoved(schedule: String, id: String, by: String)
    case noted(schedule: String, by: String, text: String)
    case transferDone(schedule: String, id: String, by: String, notes: String)
    case calendarMade(OnCallCalendar)
    case calendarRevoked(id: String, by: String)
}

/// A schedule of the paging file as shifts in absolute time: zones stay outside the journal (decision 0021).
package struct SchedulePlan: Sendable, Hashable, Codable {
    package var schedule: String
    /// For showing times only.
    package var zone: String
    package var hasKnowledgeTransfer: Bool
    package var allowsGaps: Bool?
    package var throughMilliseconds: Int64
    package var shifts: [Shift]

    package init(
        schedule: String, zone: String, hasKnowledgeTransfer: Bool, allowsGaps: Bool? = nil,
        throughMilliseconds: Int64, shifts: [Shift]
    ) {
        self.schedule = schedule
        self.zone = zone
        self.hasKnowledgeTransfer = hasKnowledgeTransfer
        self.allowsGaps = allowsGaps
        self.throughMilliseconds = throughMilliseconds
        self.shifts = shifts
    }
}

/// Somebody who takes the place of whoever the rotation has.
package struct OnCallOverride: Sendable, Hashable, Codable {
    package var id: String
    package var schedule: String
    package var person: String
    package var fromMilliseconds: Int64
    package var throughMilliseconds: Int64
    package var by: String
    package var why: String
    /// Shared by the two halves of a swap; nil for an override by itself.
    package var swap: String?

    package init(
        id: String, schedule: String, person: String, fromMilliseconds: Int64, throughMilliseconds: Int64, by: String,
        why: String, swap: String? = nil
    ) {
        self.id = id
        self.schedule = schedule
        self.person = person
        self.fromMilliseconds = fromMilliseconds
        self.throughMilliseconds = throughMilliseconds
        self.by = by
        self.why = why
        self.swap = swap
    }

    var shift: Shift {
        Shift(
            person: person, fromMilliseconds: fromMilliseconds, throughMilliseconds: throughMilliseconds, layer: "",
            override: id)
    }
}

/// What the one who goes off call leaves for the one who comes on.
package struct HandOverNote: Sendable, Hashable, Codable {
    package var atMilliseconds: Int64
    package var by: String
    package var text: String
}

/// The passing on of knowledge at a hand-over of the rotation, until somebody says that it has happened.
package struct KnowledgeTransfer: Sendable, Hashable, Codable {
    package var id: String
    package var atMilliseconds: Int64
    /// Empty when nobody was on call before.
    package var outgoing: String
    package var incoming: String
    package var doneAtMilliseconds: Int64?
    package var doneBy: String?
    package var notes = ""
}

/// A feed of shifts behind a secret address of its own; only the secret's digest is kept.
package struct OnCallCalendar: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    /// Only this schedule's shifts; nil: of all.
    package var schedule: String?
    /// Only this person's shifts; nil: everybody's.
    package var person: String?
    package var digest: String
    package var by: String
    package var atMilliseconds: Int64

    package init(
        id: String, name: String, schedule: String?, person: String?, digest: String, by: String,
        atMilliseconds: Int64
    ) {
        self.id = id
        self.name = name
        self.schedule = schedule
        self.person = person
        self.digest = digest
        self.by = by
        self.atMilliseconds = atMilliseconds
    }
}
