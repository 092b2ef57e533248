import Foundation
import PromQL
import Testing

@Suite("Date functions")
struct DateFunctionsTests {
    @Test(
        "parts of a date are those of the calendar, leap years and times before 1970 included",
        arguments: [
            0, -1, -86_400, -86_401, 951_782_399, 951_782_400, 951_868_800, 1_709_251_199, 4_107_542_400,
            -2_208_988_800, -62_135_596_800, 253_402_300_799, 1_735_689_599, 1_735_689_600,
        ] as [Int64])
    func parts(_ seconds: Int64) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let date = Date(timeIntervalSince1970: Double(seconds))
        // Foundation's Gregorian calendar turns Julian before 1582; the proleptic one is meant.
        guard seconds > -12_219_292_800 else { return }
        let day = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        let second = seconds - day * 86_400
        #expect(Minute.value(day: day, second: second) == Int64(calendar.component(.minute, from: date)))
        #expect(Hour.value(day: day, second: second) == Int64(calendar.component(.hour, from: date)))
        #expect(DayOfMonth.value(day: day, second: second) == Int64(calendar.component(.day, from: date)))
        #expect(Month.value(day: day, second: second) == Int64(calendar.component(.month, from: date)))
        #expect(Year.value(day: day, second: second) == Int64(calendar.component(.year, from: date)))
        #expect(DayOfWeek.value(day: day, second: second) == Int64(calendar.component(.weekday, from: date)) - 1)
        let dayOfYear = try #require(calendar.ordinality(of: .day, in: .year, for: date))
        #expect(DayOfYear.value(day: day, second: second) == Int64(dayOfYear))
        let days = try #require(calendar.range(of: .day, in: .month, for: date)).count
        #expect(DaysInMonth.value(day: day, second: second) == Int64(days))
    }
}
