internal import Basics

/// Strings as templates and the values in their places; any one can be put together without the others.
struct TemplateStrings: Sendable {
    /// Of each string its template.
    let codes: [UInt32]
    let templates: PackedStrings
    let shapes: [TemplateShape]
    /// The how-manieth of its template each string is.
    private let ordinals: [UInt32]
    /// Strings of each template.
    private let counts: [UInt32]
    /// Of each template where its numbers begin, and its digits.
    private let numberStarts: [Int]
    private let digitStarts: [Int]
    /// Of a frequent template one place after another, of others one string after another.
    private let numbers: [Int64]
    private let digits: [UInt8]

    /// A template of so many strings has its numbers place by place.
    private static let frequentMin: UInt32 = 24

    var count: Int { codes.count }

    // MARK: Writing

    /// Nil when too little repeats, or a string cannot be split.
    static func encoded(_ strings: PackedStrings, _ compressor: Compressor) -> [UInt8]? {
        var parser = TemplateParser()
        var table = StringTable()
        var codes: [UInt32] = []
        codes.reserveCapacity(strings.count)
        var numbers: [[Int64]] = []
        var digits: [[UInt8]] = []
        var shapes: [Int] = []
        for index in 0..<strings.count {
            guard strings.withBytes(index, { parser.parse($0) }) else { return nil }
            let code = parser.template.withUnsafeBytes { table.number(of: $0) }
            codes.append(UInt32(code))
            if code == numbers.count {
                numbers.append([])
                digits.append([])
                shapes.append(parser.numbers.count)
            }
            numbers[code].append(contentsOf: parser.numbers)
            digits[code].append(contentsOf: parser.digits)
            if index & 1023 == 1023, table.count > index / 2 { return nil }
        }
        guard table.count * 2 <= max(strings.count, 8) else { return nil }
        var output: [UInt8] = []
        Varint.append(UInt64(table.count), to: &output)
        StringCodec.appendPlain(table.strings, compressor, to: &output)
        IntegerCodec.append(codes: codes, compressor, to: &output)
        var counts = [UInt32](repeating: 0, count: table.count)
        for code in codes { counts[Int(code)] += 1 }
        var rare: [Int64] = []
        for code in numbers.indices where counts[code] < frequentMin { rare.append(contentsOf: numbers[code]) }
        IntegerCodec.append(rare, compressor, to: &output)
        for code in numbers.indices where counts[code] >= frequentMin {
            let places = shapes[code]
            for place in 0..<places {
                let column = stride(from: place, to: numbers[code].count, by: places).map { numbers[code][$0] }
                IntegerCodec.append(column, compressor, to: &output)
            }
        }
        compressor.append(digits.flatMap { $0 }, level: 1, to: &output)
        return output
    }

    // MARK: Reading

    init(count: Int, _ reader: inout ByteReader) throws(Damage) {
        let distinct = try reader.count(max: count)
        templates = try StringCodec.readPlain(distinct, &reader)
        codes = try IntegerCodec.readCodes(count, distinct: distinct, &reader)
        var counts = [UInt32](repeating: 0, count: distinct)
        var ordinals = [UInt32](repeating: 0, count: count)
        for index in 0..<count {
            let code = Int(codes[index])
            ordinals[index] = counts[code]
            counts[code] += 1
        }
        var shapes: [TemplateShape] = []
        shapes.reserveCapacity(distinct)
        for code in 0..<distinct {
            let range = templates.range(code)
            let shape = templates.bytes.withUnsafeBytes { bytes -> Result<TemplateShape, Damage> in
                do throws(Damage) {
                    return .success(try TemplateShape(UnsafeRawBufferPointer(rebasing: bytes[range])))
                } catch { return .failure(error) }
            }
            shapes.append(try shape.get())
        }
        var numberStarts = [Int](repeating: 0, count: distinct)
        var digitStarts = [Int](repeating: 0, count: distinct)
        var rareCount = 0
        var digitCount = 0
        for code in 0..<distinct {
            digitStarts[code] = digitCount
            digitCount += shapes[code].digitBytes * Int(counts[code])
            guard counts[code] < Self.frequentMin else { continue }
            numberStarts[code] = rareCount
            rareCount += shapes[code].numbers * Int(counts[code])
        }
        guard rareCount <= StringCodec.bytesMax, digitCount <= StringCodec.bytesMax else {
            throw Damage("more values than a block has")
        }
        var numbers = try IntegerCodec.read(rareCount, &reader)
        for code in 0..<distinct where counts[code] >= Self.frequentMin {
            numberStarts[code] = numbers.count
            for _ in 0..<shapes[code].numbers {
                numbers.append(contentsOf: try IntegerCodec.read(Int(counts[code]), &reader))
            }
        }
        digits = try reader.compressed(max: digitCount)
        guard digits.count == digitCount else { throw Damage("identifiers are cut off") }
        (self.counts, self.ordinals, self.shapes, self.numbers) = (counts, ordinals, shapes, numbers)
        (self.numberStarts, self.digitStarts) = (numberStarts, digitStarts)
    }

    /// Appends the string at `index`.
    func append(_ index: Int, to output: inout [UInt8]) {
        let code = Int(codes[index])
        let ordinal = Int(ordinals[index])
        let isFrequent = counts[code] >= Self.frequentMin
        let places = shapes[code].numbers
        var number = numberStarts[code] + (isFrequent ? ordinal : ordinal * places)
        let step = isFrequent ? Int(counts[code]) : 1
        var digit = digitStarts[code] + ordinal * shapes[code].digitBytes
        let range = templates.range(code)
        templates.bytes.withUnsafeBytes { bytes in
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
                    Self.append(number: numbers[number], to: &output)
                    number += step
                    offset += 1
                } else {
                    let count = Int(bytes[offset + 1] &- 0x61) << 4 | Int(bytes[offset + 2] &- 0x61)
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
