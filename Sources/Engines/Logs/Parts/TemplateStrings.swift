internal import Basics
internal import Glibc

/// Strings as templates and the values in their places (`TemplateValues`); any one can be put together without the
/// others.
struct TemplateStrings: Sendable {
    /// Of each string its template.
    let codes: [UInt32]
    /// The how-manieth of its template each string is.
    let ordinals: [UInt32]
    /// Strings of each template.
    let counts: [UInt32]
    /// Where the text of each template stands in `text`; an empty range for one that was not read.
    private let ranges: [Range<Int>]
    private let text: [UInt8]
    private let isLong: [Bool]
    /// Places of each template.
    let numberCounts: [Int]
    let digitCounts: [Int]
    /// Where the values begin, from the start of what was read.
    let valuesOffset: Int

    /// A template of so many strings has its numbers place by place.
    static let frequentMin: UInt32 = 24
    /// Templates from here on stand apart: stack traces, which most queries need not look at.
    static let longMin = 256

    var count: Int { codes.count }
    var templateCount: Int { counts.count }
    var bytesCount: Int { text.count + count * 8 + templateCount * 37 }

    /// Reads all but the values; texts of long templates only with `long`.
    init(count: Int, _ reader: inout ByteReader, long: Bool) throws(Damage) {
        let distinct = try reader.count(max: count)
        let lengths = try IntegerCodec.read(distinct, &reader)
        var text = try reader.compressed(max: StringCodec.bytesMax)
        var ranges = [Range<Int>](repeating: 0..<0, count: distinct)
        let isLong = lengths.map { $0 >= Self.longMin }
        try Self.place(&ranges, lengths, isLong, wantsLong: false, from: 0, to: text.count)
        if long {
            let start = text.count
            text.append(contentsOf: try reader.compressed(max: StringCodec.bytesMax))
            try Self.place(&ranges, lengths, isLong, wantsLong: true, from: start, to: text.count)
        } else {
            try reader.skipCompressed()
        }
        let numberCounts = try IntegerCodec.read(distinct, &reader)
        let digitCounts = try IntegerCodec.read(distinct, &reader)
        codes = try IntegerCodec.readCodes(count, distinct: distinct, &reader)
        var counts = [UInt32](repeating: 0, count: distinct)
        var ordinals = [UInt32](repeating: 0, count: count)
        for index in 0..<count {
            let code = Int(codes[index])
            ordinals[index] = counts[code]
            counts[code] += 1
        }
        for code in 0..<distinct {
            guard (0...lengths[code]).contains(numberCounts[code]),
                (0...128 * lengths[code]).contains(digitCounts[code])
            else { throw Damage("a template with more places than text") }
        }
        (self.counts, self.ordinals, self.ranges, self.text, self.isLong) = (counts, ordinals, ranges, text, isLong)
        self.numberCounts = numberCounts.map { Int($0) }
        self.digitCounts = digitCounts.map { Int($0) }
        valuesOffset = reader.offset
    }

    private static func place(
        _ ranges: inout [Range<Int>], _ lengths: [Int64], _ isLong: [Bool], wantsLong: Bool, from start: Int,
        to end: Int
    ) throws(Damage) {
        var offset = start
        for code in lengths.indices where isLong[code] == wantsLong {
            guard lengths[code] >= 0, lengths[code] <= Int64(end - offset) else {
                throw Damage("a template that is cut off")
            }
            ranges[code] = offset..<offset + Int(lengths[code])
            offset += Int(lengths[code])
        }
        guard offset == end else { throw Damage("bytes of no template") }
    }

    /// Whether the text of a template was read.
    func isRead(_ code: Int) -> Bool { !isLong[code] || !ranges[code].isEmpty }

    func withTemplate<Value>(_ code: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[ranges[code]])) }
    }

    func isLong(_ code: Int) -> Bool { isLong[code] }

    /// How each template stands to a test; `no` for those that were not read.
    func fits(_ test: TemplateTest) -> [WordForms.Fit] {
        guard let anchors = test.anchors else {
            return (0..<templateCount).map { code in
                isRead(code) ? withTemplate(code) { test.fit(template: $0) } : .no
            }
        }
        // Few templates have the words at all: those are found without splitting all into words.
        let lowered = text.map(Words.lowered)
        return lowered.withUnsafeBytes { lowered in
            (0..<templateCount).map { code in
                guard isRead(code) else { return .no }
                let range = UnsafeRawBufferPointer(rebasing: lowered[ranges[code]])
                guard anchors.contains(where: { Self.has(range, $0) }) || range.contains(where: { $0 >= 0x80 }) else {
                    return .no
                }
                return withTemplate(code) { test.fit(template: $0) }
            }
        }
    }

    private static func has(_ text: UnsafeRawBufferPointer, _ word: [UInt8]) -> Bool {
        guard let base = text.baseAddress, text.count >= word.count, let first = word.first else { return false }
        var start = base
        let end = base + (text.count - word.count + 1)
        while start < end, let found = memchr(start, Int32(first), end - start) {
            if memcmp(found, word, word.count) == 0 { return true }
            start = UnsafeRawPointer(found) + 1
        }
        return false
    }
}
