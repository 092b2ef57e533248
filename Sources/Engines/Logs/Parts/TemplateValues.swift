internal import Basics

/// What fills one template.
struct TemplateFilling: Sendable {
    var numbers: [Int64]
    var digits: [UInt8]
}

/// What stands in the places of templates: of all of them, or of some only.
struct TemplateValues: Sendable {
    /// Of each template where its numbers begin, and its digits.
    private var numberStarts: [Int]
    private var digitStarts: [Int]
    /// Of a frequent template one place after another, of others one string after another.
    private var numbers: [Int64]
    private var digits: [UInt8] = []

    /// What follows `strings`, of the templates that are `wanted`, or of all.
    init(_ strings: TemplateStrings, _ reader: inout ByteReader, wanted: [Bool]? = nil) throws(Damage) {
        let counts = strings.counts
        numberStarts = [Int](repeating: 0, count: counts.count)
        digitStarts = [Int](repeating: 0, count: counts.count)
        var rareCount = 0
        var digitCount = 0
        var wantsDigits = false
        for code in counts.indices {
            digitStarts[code] = digitCount
            digitCount += strings.digitCounts[code] * Int(counts[code])
            if strings.digitCounts[code] > 0, wanted?[code] ?? true { wantsDigits = true }
            guard counts[code] < TemplateStrings.frequentMin else { continue }
            numberStarts[code] = rareCount
            rareCount += strings.numberCounts[code] * Int(counts[code])
        }
        guard rareCount <= StringCodec.bytesMax, digitCount <= StringCodec.bytesMax else {
            throw Damage("more values than a block has")
        }
        numbers = try IntegerCodec.read(rareCount, &reader)
        for code in counts.indices where counts[code] >= TemplateStrings.frequentMin {
            numberStarts[code] = numbers.count
            for _ in 0..<strings.numberCounts[code] {
                if wanted?[code] ?? true {
                    numbers.append(contentsOf: try IntegerCodec.read(Int(counts[code]), &reader))
                } else {
                    try IntegerCodec.skip(Int(counts[code]), &reader)
                }
            }
        }
        guard wantsDigits else {
            try reader.skipCompressed()
            return
        }
        digits = try reader.compressed(max: digitCount)
        guard digits.count == digitCount else { throw Damage("identifiers are cut off") }
    }

    /// Appends the string at `index`.
    func append(_ index: Int, of strings: TemplateStrings, to output: inout [UInt8]) {
        let code = Int(strings.codes[index])
        let ordinal = Int(strings.ordinals[index])
        let isFrequent = strings.counts[code] >= TemplateStrings.frequentMin
        strings.withTemplate(code) {
            append(
                $0, number: numberStarts[code] + (isFrequent ? ordinal : ordinal * strings.numberCounts[code]),
                step: isFrequent ? Int(strings.counts[code]) : 1,
                digit: digitStarts[code] + ordinal * strings.digitCounts[code], to: &output)
        }
    }

    private func append(
        _ bytes: UnsafeRawBufferPointer, number: Int, step: Int, digit: Int, to output: inout [UInt8]
    ) {
        var (number, digit) = (number, digit)
        var offset = 0
        var start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == TemplateParser.number || byte == TemplateParser.hexadecimal else {
                offset += 1
                continue
            }
            if start < offset { output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<offset])) }
            if byte == TemplateParser.number {
                // Only bytes that nobody wrote have more places than values.
                guard number < numbers.count else { return }
                Self.append(number: numbers[number], to: &output)
                number += step
                offset += 1
            } else {
                guard offset + 2 < bytes.count else { return }
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
        if start < offset { output.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<offset])) }
    }

    /// Appends what fills the string at `index`: its numbers, then its digits.
    func appendValues(_ index: Int, of strings: TemplateStrings, to output: inout [UInt8]) {
        let code = Int(strings.codes[index])
        let ordinal = Int(strings.ordinals[index])
        let isFrequent = strings.counts[code] >= TemplateStrings.frequentMin
        let count = strings.numberCounts[code]
        var number = numberStarts[code] + (isFrequent ? ordinal : ordinal * count)
        let step = isFrequent ? Int(strings.counts[code]) : 1
        for _ in 0..<count {
            Varint.append(UInt64(bitPattern: numbers[number]), to: &output)
            number += step
        }
        let digitCount = strings.digitCounts[code]
        guard digitCount > 0 else { return }
        let start = digitStarts[code] + ordinal * digitCount
        digits.withUnsafeBytes {
            output.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[start..<start + digitCount]))
        }
    }

    /// Whether the string at `index`, of a template that has these values, is filled with just them.
    func isFilled(_ index: Int, of strings: TemplateStrings, with wanted: TemplateFilling) -> Bool {
        let code = Int(strings.codes[index])
        let ordinal = Int(strings.ordinals[index])
        let isFrequent = strings.counts[code] >= TemplateStrings.frequentMin
        let count = strings.numberCounts[code]
        guard wanted.numbers.count == count, wanted.digits.count == strings.digitCounts[code] else { return false }
        var number = numberStarts[code] + (isFrequent ? ordinal : ordinal * count)
        let step = isFrequent ? Int(strings.counts[code]) : 1
        for place in 0..<count {
            guard numbers[number] == wanted.numbers[place] else { return false }
            number += step
        }
        let start = digitStarts[code] + ordinal * wanted.digits.count
        return wanted.digits.isEmpty || digits[start..<start + wanted.digits.count].elementsEqual(wanted.digits)
    }

    /// The string of a template that `appendValues` filled.
    static func text(_ template: UnsafeRawBufferPointer, _ filling: UnsafeRawBufferPointer) -> String {
        var offset = 0
        var numbers: [Int64] = []
        for byte in template where byte == TemplateParser.number {
            numbers.append(Int64(bitPattern: Varint.read(filling, at: &offset) ?? 0))
        }
        let values = TemplateValues(numbers: numbers, digits: Array(filling[offset...]))
        var bytes: [UInt8] = []
        values.append(template, number: 0, step: 1, digit: 0, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private init(numbers: [Int64], digits: [UInt8]) {
        (numberStarts, digitStarts, self.numbers, self.digits) = ([], [], numbers, digits)
    }

    subscript(index: Int, of strings: TemplateStrings) -> String {
        var bytes: [UInt8] = []
        append(index, of: strings, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
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
