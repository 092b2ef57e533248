package import Basics

/// Who is on call when, as the paging file says it: layers of rotations, of which an upper one wins wherever it has
/// somebody. Times are those of the clocks in the schedule's zone.
package struct Schedule: Sendable, Hashable {
    package var name: String
    /// The lowest first.
    package var layers: [ScheduleLayer]
    /// At each hand-over of the rotation what the one knows is passed on to the other, and that is followed up.
    package var hasKnowledgeTransfer: Bool

    package init(name: String, layers: [ScheduleLayer], hasKnowledgeTransfer: Bool = false) {
        self.name = name
        self.layers = layers
        self.hasKnowledgeTransfer = hasKnowledgeTransfer
    }
}

/// People who take turns.
package struct ScheduleLayer: Sendable, Hashable {
    /// How long somebody has the duty.
    package enum Turn: Sendable, Hashable {
        /// By the clock, whatever the zone does to it.
        case seconds(Int64)
        /// Begins on the anchor's day of the month, or on the last day of a shorter one.
        case months(Int64)
    }

    package var name: String
    /// When the first turn began, on the local clock; may lie before `startLocalSeconds`.
    package var anchorLocalSeconds: Int64
    package var turn: Turn
    /// In order; the first has the turn that begins at the anchor.
    package var people: [String]
    /// The layer counts from then on…
    package var startLocalSeconds: Int64
    /// …until then; nil: for ever.
    package var endLocalSeconds: Int64?
    /// When in the week the layer has somebody; empty: always.
    package var windows: [WeeklyWindow]

    package init(
        name: String, anchorLocalSeconds: Int64, turn: Turn, people: [String], startLocalSeconds: Int64,
        endLocalSeconds: Int64? = nil, windows: [WeeklyWindow] = []
    ) {
        self.name = name
        self.anchorLocalSeconds = anchorLocalSeconds
        self.turn = turn
        self.people = people
        self.startLocalSeconds = startLocalSeconds
        self.endLocalSeconds = endLocalSeconds
        self.windows = windows
    }
}

/// A stretch of every week, as Monday to Friday, 09:00 to 17:00, are five of.
package struct WeeklyWindow: Sendable, Hashable {
    /// After Monday 00:00; less than a week.
    package var startSeconds: Int64
    /// At most a week; may run into the next one.
    package var lengthSeconds: Int64

    package init(startSeconds: Int64, lengthSeconds: Int64) {
        self.startSeconds = startSeconds
        self.lengthSeconds = lengthSeconds
    }
}
