import Basics
import Response

extension PagingSettings {
    /// How far ahead shifts are planned at least.
    static let horizonDays: Int64 = 90
    /// The horizon moves by so much at once: a plan made a day later is mostly the same plan.
    private static let stepMilliseconds: Int64 = 7 * 86_400_000

    /// Every schedule in absolute time, as the operations core journals it.
    func plans(at now: Timestamp) -> [SchedulePlan] {
        let earliest = now.milliseconds + Self.horizonDays * 86_400_000
        let through = (floorDivide(earliest, Self.stepMilliseconds) + 1) * Self.stepMilliseconds
        return schedules.map { settings in
            SchedulePlan(
                schedule: settings.schedule.name, zone: settings.zone.name,
                hasKnowledgeTransfer: settings.schedule.hasKnowledgeTransfer,
                allowsGaps: settings.allowsGaps ? true : nil, throughMilliseconds: through,
                shifts: settings.schedule.expand(
                    settings.zone, from: now, through: Timestamp(milliseconds: through)))
        }
    }

    /// Shifts that a plan has, roughly and rather too many.
    var plannedShiftsCount: Int {
        schedules.reduce(0) { count, settings in
            settings.schedule.layers.reduce(count) { count, layer in
                let turns: Int64 =
                    switch layer.turn {
                    case .seconds(let length): Self.horizonDays * 86_400 / length
                    case .months(let length): Self.horizonDays / (28 * length) + 1
                    }
                return count + Int(turns) + layer.windows.count * Int(Self.horizonDays / 7 + 2)
            }
        }
    }
}
