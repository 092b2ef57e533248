internal import Basics

/// The beginning of the year, month, week, day, hour, minute or second that a time is in.
enum DateRounding {
    static let units: Set = ["y", "M", "w", "d", "h", "m", "s"]

    static func refusal(_ unit: String) -> String {
        "unit [\(unit)] not supported for date math: y, M, w, d, h, m or s"
    }

    static func down(_ nanoseconds: Int64, _ unit: String, _ zone: DateZone) throws(ProcessorFailure) -> Int64 {
        let seconds = floorDivide(nanoseconds, 1_000_000_000)
        let local = seconds + zone.offsetSeconds(atSeconds: seconds)
        let day = floorDivide(local, 86_400)
        var date = CivilDate(daysSinceEpoch: day)
        let rounded: Int64
        switch unit {
        case "y":
            (date.month, date.day) = (1, 1)
            rounded = date.daysSinceEpoch * 86_400
        case "M":
            date.day = 1
            rounded = date.daysSinceEpoch * 86_400
        case "w": rounded = (day - floorModulo(day + 3, 7)) * 86_400
        case "d": rounded = day * 86_400
        case "h": rounded = floorDivide(local, 3600) * 3600
        case "m": rounded = floorDivide(local, 60) * 60
        case "s": rounded = local
        default: throw ProcessorFailure(refusal(unit))
        }
        return zone.seconds(ofLocal: rounded) * 1_000_000_000
    }
}
