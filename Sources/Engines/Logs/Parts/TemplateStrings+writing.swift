internal import Basics

extension TemplateStrings {
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
}
