import Basics

/// The log before the day files: each record assigns counts to minutes, so that reading one twice changes nothing
/// (docs/formats/objective-counts.md).
enum CountsLog {
    static let magic: [UInt8] = Array("SBXOL1\n\0".utf8)
    /// Length and checksum.
    static let headBytes = 8
    /// A larger record is damage: a batch is cut below it when it is written.
    static let recordBytesMax = 64 << 20
    /// Some ten thousand years around 1970: others are damage, and would overflow.
    private static let minutesKnown: ClosedRange<Int64> = -5_000_000_000...5_000_000_000

    struct Assignment: Sendable {
        var series: String
        var minute: Int64
        var count: MinuteCount?
    }

    /// Names by number, in the order in which the log first has them.
    struct Names: Sendable {
        private(set) var list: [String] = []
        private var numbers: [String: Int] = [:]

        mutating func number(of name: String) -> (number: Int, isNew: Bool) {
            if let number = numbers[name] { return (number, false) }
            numbers[name] = list.count
            list.append(name)
            return (list.count - 1, true)
        }
    }

    static func record(_ batch: [SeriesMinutes], _ names: inout Names) -> [UInt8] {
        var payload: [UInt8] = []
        for entry in batch where !entry.minutes.isEmpty {
            let (number, isNew) = names.number(of: entry.series)
            DayBlock.appendVarint(UInt64(number), to: &payload)
            if isNew {
                DayBlock.appendVarint(UInt64(entry.series.utf8.count), to: &payload)
                payload.append(contentsOf: entry.series.utf8)
            }
            DayBlock.appendVarint(UInt64(entry.minutes.count), to: &payload)
            var previous: Int64 = 0
            for (minute, count) in entry.minutes {
                let step = minute - previous
                previous = minute
                DayBlock.appendVarint(UInt64(bitPattern: step << 1 ^ step >> 63), to: &payload)
                DayBlock.appendToken(count, to: &payload)
            }
        }
        var bytes: [UInt8] = []
        DayBlock.append(UInt64(payload.count), bytes: 4, to: &bytes)
        DayBlock.append(UInt64(CRC32C.checksum(payload)), bytes: 4, to: &bytes)
        return bytes + payload
    }

    /// Hands out what the log says and returns how far it is whole: what follows was torn by a crash.
    static func read(
        _ bytes: UnsafeRawBufferPointer, _ names: inout Names, _ assign: (Assignment) -> Void
    ) -> Int {
        guard bytes.starts(with: magic) else { return 0 }
        var end = magic.count
        while bytes.count - end >= headBytes {
            var head = CountsReader(bytes, from: end)
            guard let count = try? head.fixed(4), let checksum = try? head.fixed(4), count <= recordBytesMax,
                Int(count) <= bytes.count - head.offset
            else { break }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[head.offset..<head.offset + Int(count)])
            guard CRC32C.matches(UInt32(checksum), payload), (try? read(payload, &names, assign)) != nil else {
                break
            }
            end = head.offset + Int(count)
        }
        return end
    }

    private static func read(
        _ payload: UnsafeRawBufferPointer, _ names: inout Names, _ assign: (Assignment) -> Void
    ) throws(CountsDamage) -> Void? {
        var reader = CountsReader(payload)
        while !reader.isAtEnd {
            let number = Int(clamping: try reader.varint())
            if number == names.list.count {
                _ = names.number(of: try reader.text(Int(clamping: try reader.varint())))
            }
            guard number < names.list.count else {
                throw CountsDamage(offset: reader.offset, "a series without a name")
            }
            let series = names.list[number]
            var minute: Int64 = 0
            for _ in 0..<Int(clamping: try reader.varint()) {
                minute &+= try reader.signed()
                guard minutesKnown.contains(minute) else {
                    throw CountsDamage(offset: reader.offset, "minute \(minute) is in no year")
                }
                assign(Assignment(series: series, minute: minute, count: try reader.token()))
            }
        }
        return ()
    }
}

/// Counts of one series for some minutes since 1970; nil takes back what was there.
package struct SeriesMinutes: Sendable {
    package var series: String
    package var minutes: [(minute: Int64, count: MinuteCount?)]

    package init(series: String, minutes: [(minute: Int64, count: MinuteCount?)]) {
        self.series = series
        self.minutes = minutes
    }
}
