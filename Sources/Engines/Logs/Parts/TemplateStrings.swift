internal import Basics

/// Strings as templates and the values in their places; any one can be put together without the others.
struct TemplateStrings: Sendable {
    enum Scope: Sendable {
        case everything
        /// Which strings have which template, and the text of templates, of long ones too if asked for; no values.
        case templates(long: Bool)
    }

    /// Of each string its template.
    let codes: [UInt32]
    /// The how-manieth of its template each string is.
    private let ordinals: [UInt32]
    /// Strings of each template.
    let counts: [UInt32]
    /// Where the text of each template stands in `text`; an empty range for one that was not read.
    private let ranges: [Range<Int>]
    private let text: [UInt8]
    private let isLong: [Bool]
    /// Places of each template.
    private let numberCounts: [Int]
    private let digitCounts: [Int]
    /// Of each template where its numbers begin, and its digits.
    private let numberStarts: [Int]
    private let digitStarts: [Int]
    /// Of a frequent template one place after another, of others one string after another.
    private let numbers: [Int64]
    private let digits: [UInt8]

    /// A template of so many strings has its numbers place by place.
    private static let frequentMin: UInt32 = 24
    /// Templates from here on stand apart: stack traces, which most queries need not look at.
    private static let longMin = 256

    var count: Int { codes.count }
    var templateCount: Int { counts.count }

    // MARK: Writing

    struct Encoded {
        var bytes: [UInt8]
        /// Of templates that are not long, and of those that are.
        var words: [Set<[UInt8]>]
    }

    /// Nil when too little repeats, or a string cannot be split.
    static func encoded(_ strings: PackedStrings, _ compressor: Compressor) -> Encoded? {
        var parser = TemplateParser()
        var table = StringTable()
        var codes: [UInt32] = []
        codes.reserveCapacity(strings.count)
        var numbers: [[Int64]] = []
        var digits: [[UInt8]] = []
        var numberCounts: [Int] = []
        var digitCounts: [Int] = []
        for index in 0..<strings.count {
            guard strings.withBytes(index, { parser.parse($0) }) else { return nil }
            let code = parser.template.withUnsafeBytes { table.number(of: $0) }
            codes.append(UInt32(code))
            if code == numbers.count {
                numbers.append([])
                digits.append([])
                numberCounts.append(parser.numbers.count)
                digitCounts.append(parser.digits.count)
            }
            numbers[code].append(contentsOf: parser.numbers)
            digits[code].append(contentsOf: parser.digits)
            if index & 1023 == 1023, table.count > index / 2 { return nil }
        }
        guard table.count * 2 <= max(strings.count, 8) else { return nil }
        var output: [UInt8] = []
        Varint.append(UInt64(table.count), to: &output)
        let words = append(table.strings, compressor, to: &output)
        IntegerCodec.append(numberCounts.map(Int64.init), compressor, to: &output)
        IntegerCodec.append(digitCounts.map(Int64.init), compressor, to: &output)
        IntegerCodec.append(codes: codes, compressor, to: &output)
        var counts = [UInt32](repeating: 0, count: table.count)
        for code in codes { counts[Int(code)] += 1 }
        var rare: [Int64] = []
        for code in numbers.indices where counts[code] < frequentMin { rare.append(contentsOf: numbers[code]) }
        IntegerCodec.append(rare, compressor, to: &output)
        for code in numbers.indices where counts[code] >= frequentMin {
            let places = numberCounts[code]
            for place in 0..<places {
                let column = stride(from: place, to: numbers[code].count, by: places).map { numbers[code][$0] }
                IntegerCodec.append(column, compressor, to: &output)
            }
        }
        compressor.append(digits.flatMap { $0 }, level: 1, to: &output)
        return Encoded(bytes: output, words: words)
    }

    /// Lengths, then the short templates, then the long ones.
    private static func append(
        _ templates: PackedStrings, _ compressor: Compressor, to output: inout [UInt8]
    ) -> [Set<[UInt8]>] {
        var words: [Set<[UInt8]>] = [[], []]
        var texts: [[UInt8]] = [[], []]
        for code in 0..<templates.count {
            let group = templates.range(code).count < longMin ? 0 : 1
            templates.withBytes(code) {
                texts[group].append(contentsOf: $0)
                WordList.collect($0, into: &words[group])
            }
        }
        IntegerCodec.append((0..<templates.count).map { Int64(templates.range($0).count) }, compressor, to: &output)
        for text in texts { compressor.append(text, level: 3, to: &output) }
        return words
    }

    // MARK: Reading

    init(count: Int, _ reader: inout ByteReader, _ scope: Scope) throws(Damage) {
        let distinct = try reader.count(max: count)
        let lengths = try IntegerCodec.read(distinct, &reader)
        var text = try reader.compressed(max: StringCodec.bytesMax)
        var ranges = [Range<Int>](repeating: 0..<0, count: distinct)
        let isLong = lengths.map { $0 >= Self.longMin }
        try Self.place(&ranges, lengths, isLong, wantsLong: false, from: 0, to: text.count)
        if case .templates(long: false) = scope {
            try reader.skipCompressed()
        } else {
            let start = text.count
            text.append(contentsOf: try reader.compressed(max: StringCodec.bytesMax))
            try Self.place(&ranges, lengths, isLong, wantsLong: true, from: start, to: text.count)
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
        guard case .everything = scope else {
            (numberStarts, digitStarts, numbers, digits) = ([], [], [], [])
            return
        }
        let values = try Self.values(&reader, counts, numbers: self.numberCounts, digits: self.digitCounts)
        (numberStarts, digitStarts, numbers, digits) = values
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

    /// Where the values of templates begin, and these.
    private static func values(
        _ reader: inout ByteReader, _ counts: [UInt32], numbers numberCounts: [Int], digits digitCounts: [Int]
    ) throws(Damage) -> ([Int], [Int], [Int64], [UInt8]) {
        var numberStarts = [Int](repeating: 0, count: counts.count)
        var digitStarts = [Int](repeating: 0, count: counts.count)
        var rareCount = 0
        var digitCount = 0
        for code in counts.indices {
            digitStarts[code] = digitCount
            digitCount += digitCounts[code] * Int(counts[code])
            guard counts[code] < frequentMin else { continue }
            numberStarts[code] = rareCount
            rareCount += numberCounts[code] * Int(counts[code])
        }
        guard rareCount <= StringCodec.bytesMax, digitCount <= StringCodec.bytesMax else {
            throw Damage("more values than a block has")
        }
        var numbers = try IntegerCodec.read(rareCount, &reader)
        for code in counts.indices where counts[code] >= frequentMin {
            numberStarts[code] = numbers.count
            for _ in 0..<numberCounts[code] {
                numbers.append(contentsOf: try IntegerCodec.read(Int(counts[code]), &reader))
            }
        }
        let digits = try reader.compressed(max: digitCount)
        guard digits.count == digitCount else { throw Damage("identifiers are cut off") }
        return (numberStarts, digitStarts, numbers, digits)
    }

    /// Whether the text of a template was read.
    func isRead(_ code: Int) -> Bool { !isLong[code] || !ranges[code].isEmpty }

    func withTemplate<Value>(_ code: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[ranges[code]])) }
    }

    /// Appends the string at `index`.
    func append(_ index: Int, to output: inout [UInt8]) {
        let code = Int(codes[index])
        let ordinal = Int(ordinals[index])
        let isFrequent = counts[code] >= Self.frequentMin
        var number = numberStarts[code] + (isFrequent ? ordinal : ordinal * numberCounts[code])
        let step = isFrequent ? Int(counts[code]) : 1
        var digit = digitStarts[code] + ordinal * digitCounts[code]
        let range = ranges[code]
        text.withUnsafeBytes { bytes in
            var offset = range.lowerBound
            var start = offset
            while offset < range.upperBound {
                let byte = bytes[offset]
                guard byte == TemplateParser.number || byte == TemplateParser.hexadecimal else {
                    offset += 1
                    continue
                }
                if start < offset { output.append(contentsOf: bytes[start..<offset]) }
                if byte == TemplateParser.number {
                    // Only bytes that nobody wrote have more places than values.
                    guard number < numbers.count else { return }
                    Self.append(number: numbers[number], to: &output)
                    number += step
                    offset += 1
                } else {
                    guard offset + 2 < range.upperBound else { return }
                    let count = Int((bytes[offset + 1] &- 0x61) & 15) << 4 | Int((bytes[offset + 2] &- 0x61) & 15)
                    guard digit + (count + 1) / 2 <= digits.count else { return }
                    for place in 0..<count {
                        let pair = digits[digit + place / 2]
                        output.append(Self.hexDigit(place & 1 == 0 ? pair >> 4 : pair & 15))
                    }
                    digit += (count + 1) / 2
                    offset += 3
                }
                start = offset
            }
            if start < offset { output.append(contentsOf: bytes[start..<offset]) }
        }
    }

    func unpacked() -> PackedStrings {
        var strings = PackedStrings()
        strings.offsets.reserveCapacity(count + 1)
        for index in 0..<count {
            append(index, to: &strings.bytes)
            strings.end()
        }
        return strings
    }

    @inline(__always)
    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x57 }

    private static func append(number: Int64, to output: inout [UInt8]) {
        var value = UInt64(bitPattern: number)
        if value < 10 {
            output.append(UInt8(value) + 0x30)
            return
        }
        let start = output.count
        while value > 0 {
            output.append(UInt8(truncatingIfNeeded: value % 10) + 0x30)
            value /= 10
        }
        var low = start
        var high = output.count - 1
        while low < high {
            output.swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
