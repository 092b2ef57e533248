import Basics

/// A part of a time, UTC.
package protocol DatePart {
    /// `second` of the day, `day` since 1970-01-01; both whatever the sign of the time.
    static func value(day: Int64, second: Int64) -> Int64
}

package enum Minute: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 { second / 60 % 60 }
}

package enum Hour: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 { second / 3600 }
}

/// Sunday is 0; 1970-01-01 was a Thursday.
package enum DayOfWeek: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 { ((day + 4) % 7 + 7) % 7 }
}

package enum DayOfMonth: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 { CivilDate(daysSinceEpoch: day).day }
}

package enum DayOfYear: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 {
        let year = CivilDate(daysSinceEpoch: day).year
        return day - CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + 1
    }
}

package enum DaysInMonth: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 {
        let date = CivilDate(daysSinceEpoch: day)
        return CivilDate.daysInMonth(year: date.year, month: date.month)
    }
}

package enum Month: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 { CivilDate(daysSinceEpoch: day).month }
}

package enum Year: DatePart {
    package static func value(day: Int64, second: Int64) -> Int64 { CivilDate(daysSinceEpoch: day).year }
}

extension Evaluator {
    /// Seconds beyond this (some 285 million years) name no date; the part is NaN.
    private static let secondsMax = 9e15

    /// Of each value, read as seconds since the epoch; without an argument of the evaluation time.
    func datePart<Part: DatePart>(_ node: CallExpression, _ part: Part.Type) throws -> Evaluated {
        var table: SeriesTable
        if node.arguments.isEmpty {
            guard case .scalar(let times) = try time() else { preconditionFailure("time() is a scalar") }
            table = SeriesTable(scalar: times)
        } else {
            table = try floats(node.arguments[0])
        }
        table.updateRows { _, row in
            for step in row.indices where !SeriesTable.isAbsent(row[step]) {
                guard row[step].magnitude <= Self.secondsMax else {
                    row[step] = .nan
                    continue
                }
                let seconds = Int64(row[step])
                let day = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
                row[step] = Double(Part.value(day: day, second: seconds - day * 86_400))
            }
        }
        try table.dropNames()
        return .vector(table)
    }
}
