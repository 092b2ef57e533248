import Basics
import Response
import TestKit

/// Layers of any unit, with windows, hand-overs at odd minutes, often in the hours in which clocks are set.
enum RandomSchedule {
    static func make(_ random: SeededRandomness, start: Int64) -> Schedule {
        func below(_ bound: Int64) -> Int64 { Int64(random.next() % UInt64(bound)) }
        let layers = (0...below(3)).map { number -> ScheduleLayer in
            let unit: Int64 = [3600, 86_400, 7 * 86_400, 0][Int(below(4))]
            let count = 1 + below(unit == 3600 ? 36 : 3)
            let day = (start / 1440 + below(20) - 10) * 1440
            let anchor = (day + (below(2) == 0 ? 60 + below(180) : below(1440))) * 60
            let layerStart = anchor + (below(2) == 0 ? 0 : below(30 * 1440) * 60)
            let windows = (0..<below(4)).map { _ in
                WeeklyWindow(startSeconds: below(10_080) * 60, lengthSeconds: (1 + below(4000)) * 60)
            }
            return ScheduleLayer(
                name: "layer \(number)", anchorLocalSeconds: anchor,
                turn: unit == 0 ? .months(count) : .seconds(unit * count),
                people: (0...below(4)).map { "\(number)-\($0)" }, startLocalSeconds: layerStart,
                endLocalSeconds: below(4) == 0 ? layerStart + below(300 * 1440) * 60 : nil, windows: windows)
        }
        return Schedule(name: "random", layers: layers)
    }
}
