package import Basics
package import Response

/// One schedule of the paging file, with the zone whose clocks it goes by.
package struct ScheduleSettings: Sendable, Hashable {
    package var schedule: Schedule
    package var zone: ZoneRules
    /// Times at which nobody is on call are meant: office hours, say.
    package var allowsGaps: Bool
    /// Where it stands.
    package var file: String
    package var line: Int
    package var column: Int
}

extension ScheduleSettings {
    /// As far as `signalbox check` looks ahead.
    package static let gapDays: Int64 = 60
    /// More gaps than these are counted, not listed.
    private static let gapsShown = 5

    /// The gaps of the time to come, in words; nil when there are none, or when they are meant.
    package func gapProblem(at now: Timestamp) -> Diagnostic? {
        guard !allowsGaps else { return nil }
        let through = now + .seconds(Self.gapDays * 86_400)
        let gaps = schedule.expand(zone, from: now, through: through).gaps(
            from: now.milliseconds, through: through.milliseconds)
        guard !gaps.isEmpty else { return nil }
        var texts = gaps.prefix(Self.gapsShown).map {
            "from \(local($0.fromMilliseconds)) to \(local($0.throughMilliseconds))"
        }
        if gaps.count > Self.gapsShown { texts.append("\(gaps.count - Self.gapsShown) times more") }
        return Diagnostic(
            file: file, line: line, column: column,
            message: "schedules.\(schedule.name): within \(Self.gapDays) days nobody is on call "
                + "\(texts.joined(separator: ", ")) (\(zone.name)); add somebody, or say gaps: allowed")
    }

    /// `2026-12-01 17:00`, on the schedule's clocks.
    private func local(_ milliseconds: Int64) -> String {
        let seconds = zone.localSeconds(at: Timestamp(milliseconds: milliseconds))
        let text = RFC3339.format(Timestamp(milliseconds: seconds * 1000))
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }
}
