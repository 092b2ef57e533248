import Basics
import SignalModel
import Testing

@testable import Logs

/// Anybody may write any date into a query or a document; 64 bits of nanoseconds hold those from 1677 to 2262.
@Suite("Dates beyond what 64 bits hold are their end")
struct DateBoundTests {
    private static let zones = [0, 14 * 3600, -12 * 3600].map {
        ZoneRules(name: "\($0)", firstOffsetSeconds: $0, transitions: [])
    }

    @Test(
        "texts",
        arguments: [
            ("0001-01-01", Int64.min), ("0001-01-01T00:00:00", .min), ("0001-01-01T00:00:00Z", .min),
            ("-9999-01-01", .min), ("1677-09-21T00:12:43+00:00", .min), ("9999-12-31", .max),
            ("9999-12-31T23:59:59.999999999-18:00", .max), ("2262-04-11T23:47:17Z", .max), ("now-400y", .min),
            ("now+300y", .max), ("now+999999999y", .max), ("now-999999999d", .min), ("now-999999999M", .min),
            ("now+999999999w", .max), ("now-999999999h", .min), ("0001-01-01||-999999999y/y", .min),
            ("9999-12-31||+1d/d", .max), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ])
    func texts(text: String, end: Int64) throws {
        for zone in Self.zones {
            for roundingUp in [false, true] {
                let math = DateMath(LogQueryContext(nowNanoseconds: 1_795_700_000_000_000_000), zone: zone)
                let time = try math.resolve(text, roundingUp: roundingUp)
                // Rounding may leave the end for the nearest whole unit within.
                #expect(end < 0 ? time < -9_100_000_000_000_000_000 : time > 9_100_000_000_000_000_000, "\(text)")
            }
        }
    }

    @Test("units start, end and are moved without a trap, at both ends and in every zone")
    func units() {
        let units: [CalendarUnit] = [.second, .minute, .hour, .day, .week, .month, .quarter, .year]
        for zone in Self.zones {
            let calendar = ZonedCalendar(zone)
            for unit in units {
                for time in [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max] {
                    let start = calendar.start(of: unit, at: time)
                    #expect(start <= time || time < -9_100_000_000_000_000_000)
                    #expect(calendar.start(of: unit, after: start) >= start)
                    for count in [Int64.min + 1, -1_000_000_000, -1, 1, 1_000_000_000, .max] {
                        let moved = calendar.moved(time, unit, by: count)
                        #expect(count < 0 ? moved <= time : moved >= time)
                    }
                }
            }
        }
    }

    @Test("remainders are those of division that rounds down, also at the ends")
    func remainders() {
        for value in [Int64.min, .min + 1, -1_000_000_001, -1, 0, 1, .max] {
            let rest = floorModulo(value, 1_000_000_000)
            #expect((0..<1_000_000_000).contains(rest))
            #expect(floorDivide(value, 1_000_000_000) &* 1_000_000_000 &+ rest == value)
        }
    }
}
