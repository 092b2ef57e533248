import Basics

/// All counts of one day on disk: an index by series, then a block a series (docs/formats/objective-counts.md).
/// A file is never changed; its successor is written beside it and renamed over it.
struct DayFile: Sendable {
    /// Where a series' block lies, and its sum over the whole day.
    struct Place: Sendable {
        var offset: Int
        var count: Int
        var sum: CountSum
    }

    let day: Int64
    let places: [String: Place]
    private let content: FileContent

    static let magic: [UInt8] = Array("SBXOC1\n\0".utf8)
    static let suffix = ".counts"

    /// `2026-11-27.counts`
    static func name(_ day: Int64) -> String { dateText(day) + suffix }

    static func day(ofName name: String) -> Int64? {
        guard name.hasSuffix(suffix) else { return nil }
        let parts = name.dropLast(suffix.count).split(separator: "-").map { Int64($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        return self.name(days) == name ? days : nil
    }

    private static func dateText(_ day: Int64) -> String {
        let date = CivilDate(daysSinceEpoch: day)
        func padded(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    /// Checks the index; a block is checked when it is read.
    init(_ content: FileContent, day: Int64) throws(CountsDamage) {
        self.content = content
        self.day = day
        let bytes = content.bytes
        guard bytes.starts(with: Self.magic) else { throw CountsDamage(offset: 0, "no file of counts of version 1") }
        var reader = CountsReader(bytes, from: Self.magic.count)
        let indexCount = Int(try reader.fixed(4))
        let checksum = UInt32(try reader.fixed(4))
        let start = reader.offset
        guard indexCount <= bytes.count - start else { throw CountsDamage(offset: start, "ends within its index") }
        let index = UnsafeRawBufferPointer(rebasing: bytes[start..<start + indexCount])
        guard CRC32C.matches(checksum, index) else {
            throw CountsDamage(offset: start, "the index has another checksum")
        }
        reader = CountsReader(index)
        guard Int64(bitPattern: try reader.varint()) == day else {
            throw CountsDamage(offset: start, "is of another day")
        }
        var places: [String: Place] = [:]
        var offset = start + indexCount
        while !reader.isAtEnd {
            let series = try reader.text(Int(clamping: try reader.varint()))
            let count = Int(clamping: try reader.varint())
            let sum = CountSum(
                bad: try reader.signed(), total: try reader.signed(), minutes: Int(clamping: try reader.varint()))
            guard count >= 4, sum.minutes <= Int(Minute.perDay), count <= bytes.count - offset else {
                throw CountsDamage(offset: offset, "the block of \(series) ends early")
            }
            places[series] = Place(offset: offset, count: count, sum: sum)
            offset += count
        }
        self.places = places
    }

    /// The block's bytes, which live as long as the file's content.
    private func block(_ place: Place) throws(CountsDamage) -> UnsafeRawBufferPointer {
        let checksum = content.bytes.loadUnaligned(fromByteOffset: place.offset, as: UInt32.self)
        let bytes = UnsafeRawBufferPointer(
            rebasing: content.bytes[place.offset + 4..<place.offset + place.count])
        guard CRC32C.matches(UInt32(littleEndian: checksum), bytes) else {
            throw CountsDamage(offset: place.offset, "a block has another checksum")
        }
        return bytes
    }

    /// Of the minutes before `minute`; zero when the block is damaged, as its minutes are then without data.
    func prefix(_ series: String, _ minute: Int) -> CountSum {
        guard let place = places[series] else { return .zero }
        if minute == Minute.perDay { return place.sum }
        return withExtendedLifetime(content) { (try? DayBlock.prefix(block(place), minute)) ?? .zero }
    }

    func minutes(_ series: String) throws(CountsDamage) -> DayMinutes? {
        guard let place = places[series] else { return nil }
        defer { withExtendedLifetime(content) {} }
        return try DayBlock.decode(block(place))
    }

    /// The bytes of a file that has `changed` in place of what `old` has of those series.
    static func bytes(_ day: Int64, _ changed: [String: DayMinutes], over old: DayFile?) -> [UInt8] {
        var index: [UInt8] = []
        var blocks: [UInt8] = []
        DayBlock.appendVarint(UInt64(bitPattern: day), to: &index)
        let names = Set(changed.keys).union(old.map { Set($0.places.keys) } ?? [])
        for name in names.sorted() {
            let encoded: [UInt8]
            let sum: CountSum
            if let minutes = changed[name] {
                encoded = DayBlock.encode(minutes)
                sum = minutes.prefix(Int(Minute.perDay))
            } else if let old, let place = old.places[name], let bytes = try? old.block(place) {
                encoded = Array(bytes)
                sum = place.sum
            } else {
                continue
            }
            DayBlock.appendVarint(UInt64(name.utf8.count), to: &index)
            index.append(contentsOf: name.utf8)
            DayBlock.appendVarint(UInt64(encoded.count + 4), to: &index)
            for value in [sum.bad, sum.total] {
                DayBlock.appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63), to: &index)
            }
            DayBlock.appendVarint(UInt64(sum.minutes), to: &index)
            DayBlock.append(UInt64(CRC32C.checksum(encoded)), bytes: 4, to: &blocks)
            blocks.append(contentsOf: encoded)
        }
        var bytes = magic
        DayBlock.append(UInt64(index.count), bytes: 4, to: &bytes)
        DayBlock.append(UInt64(CRC32C.checksum(index)), bytes: 4, to: &bytes)
        return bytes + index + blocks
    }
}
