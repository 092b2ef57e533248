/// A time zone as arithmetic needs it: when its clocks were set, and by how far they are ahead of UTC since.
///
/// Local times are counted as seconds of a clock on the wall since 1970-01-01T00:00 there. Every local time happens
/// exactly once: at the first instant at which the clocks show it or a later time. So a time that is left out in
/// spring happens when the clocks are set forward, one that comes twice in autumn happens the first time, and what
/// adjoins on the clock adjoins in time.
package struct ZoneRules: Sendable, Hashable {
    package struct Transition: Sendable, Hashable, Codable {
        package var atSeconds: Int64
        /// From then on.
        package var offsetSeconds: Int64

        package init(atSeconds: Int64, offsetSeconds: Int64) {
            self.atSeconds = atSeconds
            self.offsetSeconds = offsetSeconds
        }
    }

    package let name: String
    /// Sorted, no two alike; the first of them is before every time that is asked for, or the clocks never change.
    private let transitions: [Transition]
    private let firstOffsetSeconds: Int64
    /// Of each transition: the time that the clocks had come to before it, without ever showing it.
    private let shownBefore: [Int64]

    package static let utc = ZoneRules(name: "UTC", firstOffsetSeconds: 0, transitions: [])

    /// `transitions` sorted by time, without two at one time.
    package init(name: String, firstOffsetSeconds: Int64, transitions: [Transition]) {
        self.name = name
        self.firstOffsetSeconds = firstOffsetSeconds
        self.transitions = transitions
        var shown: [Int64] = []
        var offset = firstOffsetSeconds
        var latest = Int64.min
        for transition in transitions {
            latest = max(latest, transition.atSeconds + offset)
            shown.append(latest)
            offset = transition.offsetSeconds
        }
        shownBefore = shown
    }

    /// Seconds that the clocks are ahead of UTC.
    package func offsetSeconds(at time: Timestamp) -> Int64 { offset(after: count(at: time.wholeSeconds)) }

    /// What the clocks show.
    package func localSeconds(at time: Timestamp) -> Int64 { time.wholeSeconds + offsetSeconds(at: time) }

    /// The latest that the clocks have shown so far. Differs from `localSeconds` only while an hour is repeated, and
    /// never goes back.
    package func latestLocalSeconds(at time: Timestamp) -> Int64 {
        let passed = count(at: time.wholeSeconds)
        let local = time.wholeSeconds + offset(after: passed)
        return passed == 0 ? local : max(local, shownBefore[passed - 1] - 1)
    }

    /// When the clocks first show `localSeconds` or a later time.
    package func instant(ofLocalSeconds local: Int64) -> Timestamp {
        // The first transition before which the clocks had gone as far as `local`: it happened before that one.
        var low = 0
        var high = shownBefore.count
        while low < high {
            let middle = (low + high) / 2
            if shownBefore[middle] > local { high = middle } else { low = middle + 1 }
        }
        let seconds = local - offset(after: low)
        // Clocks set forward show `local` or more at once.
        return Timestamp(milliseconds: (low == 0 ? seconds : max(seconds, transitions[low - 1].atSeconds)) * 1000)
    }

    /// Transitions that have happened.
    private func count(at seconds: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].atSeconds > seconds { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func offset(after count: Int) -> Int64 {
        count == 0 ? firstOffsetSeconds : transitions[count - 1].offsetSeconds
    }
}

extension ZoneRules: Codable {
    /// Journals of an older build have these names, and no name of the zone.
    private enum CodingKeys: String, CodingKey {
        case name
        case firstOffsetSeconds
        case changes
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try fields.decodeIfPresent(String.self, forKey: .name) ?? "",
            firstOffsetSeconds: try fields.decode(Int64.self, forKey: .firstOffsetSeconds),
            transitions: try fields.decode([Transition].self, forKey: .changes))
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(firstOffsetSeconds, forKey: .firstOffsetSeconds)
        try fields.encode(transitions, forKey: .changes)
    }
}

extension Timestamp {
    /// Whole seconds since 1970, rounded down.
    package var wholeSeconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }
}
