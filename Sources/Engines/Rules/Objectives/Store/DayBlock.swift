import Basics

/// The minutes of one day as they lie on disk (docs/formats/objective-counts.md): a table of the day's 24 hours, each
/// with where its minutes begin and the sums of all minutes before it, then the minutes.
///
/// So the sum up to any minute is one line of the table and at most 59 minutes more.
enum DayBlock {
    /// Offset of the hour's minutes (2 bytes), minutes with data, all events and bad ones before it (2, 8, 8).
    private static let hourBytes = 20
    private static let tableBytes = DayMinutes.hourCount * hourBytes

    static func encode(_ day: DayMinutes) -> [UInt8] {
        var table: [UInt8] = []
        var minutes: [UInt8] = []
        var sum = CountSum.zero
        table.reserveCapacity(tableBytes)
        for hour in 0..<DayMinutes.hourCount {
            append(UInt64(minutes.count), bytes: 2, to: &table)
            append(UInt64(sum.minutes), bytes: 2, to: &table)
            append(UInt64(bitPattern: sum.total), bytes: 8, to: &table)
            append(UInt64(bitPattern: sum.bad), bytes: 8, to: &table)
            for place in 0..<DayMinutes.minutesPerHour {
                guard let count = day[hour * DayMinutes.minutesPerHour + place] else {
                    minutes.append(0)
                    continue
                }
                sum += CountSum(bad: count.bad, total: count.total, minutes: 1)
                appendToken(count, to: &minutes)
            }
        }
        return table + minutes
    }

    /// The day again. Throws what is wrong and where in the block.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(CountsDamage) -> DayMinutes {
        guard bytes.count >= tableBytes else {
            throw CountsDamage(offset: bytes.count, "the table of hours ends early")
        }
        var day = DayMinutes()
        var reader = CountsReader(bytes, from: tableBytes)
        for minute in 0..<Int(Minute.perDay) { day[minute] = try reader.token() }
        guard reader.isAtEnd else { throw CountsDamage(offset: reader.offset, "bytes follow the day's last minute") }
        return day
    }

    /// The sum of the minutes before `minute`, which is below a whole day.
    static func prefix(_ bytes: UnsafeRawBufferPointer, _ minute: Int) throws(CountsDamage) -> CountSum {
        let hour = minute / DayMinutes.minutesPerHour
        var reader = CountsReader(bytes, from: hour * hourBytes)
        let offset = Int(try reader.fixed(2))
        let minutes = Int(try reader.fixed(2))
        let total = Int64(bitPattern: try reader.fixed(8))
        var sum = CountSum(bad: Int64(bitPattern: try reader.fixed(8)), total: total, minutes: minutes)
        reader = CountsReader(bytes, from: tableBytes + offset)
        for _ in 0..<minute % DayMinutes.minutesPerHour {
            guard let count = try reader.token() else { continue }
            sum += CountSum(bad: count.bad, total: count.total, minutes: 1)
        }
        return sum
    }

    /// Zero for no data; else the events and one, then the bad ones with the sign in the lowest bit.
    static func appendToken(_ count: MinuteCount?, to bytes: inout [UInt8]) {
        guard let count else { return bytes.append(0) }
        appendVarint(UInt64(count.total) + 1, to: &bytes)
        appendVarint(UInt64(bitPattern: count.bad << 1 ^ count.bad >> 63), to: &bytes)
    }

    static func append(_ value: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(place)))) }
    }

    static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
