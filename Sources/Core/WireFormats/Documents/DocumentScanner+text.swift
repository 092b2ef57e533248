extension DocumentScanner {
    /// What stands between two quotation marks.
    struct Text {
        var start: Int
        var end: Int
        var hasEscapes = false
        /// Holds bytes that are not UTF-8, or control characters that are not escaped.
        var isIrregular = false

        var isPlain: Bool { !hasEscapes && !isIrregular }
    }

    /// From behind the quotation mark to behind its counterpart.
    @inline(__always)
    mutating func text() throws(WireFormatError) -> Text {
        let start = cursor
        var position = cursor
        // Fast path: eight bytes that are neither quotation mark, backslash, control character nor beyond ASCII.
        while count - position >= 8 {
            let word = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
            let special = Self.special(UInt64(littleEndian: word))
            if special == 0 {
                position += 8
                continue
            }
            position += special.trailingZeroBitCount >> 3
            if base[position] == UInt8(ascii: "\"") {
                cursor = position + 1
                return Text(start: start, end: position)
            }
            break
        }
        return try textSlowly(from: start, at: position)
    }

    /// The highest bit of each byte that needs a look; bits above the lowest of them may be wrong.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        let zeros = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        let controls = (word &- (ones &* 0x20)) & ~word
        return (zeros | controls | word) & highs
    }

    private mutating func textSlowly(from start: Int, at place: Int) throws(WireFormatError) -> Text {
        var text = Text(start: start, end: start)
        cursor = place
        while cursor < count {
            let byte = base[cursor]
            switch byte {
            case UInt8(ascii: "\""):
                text.end = cursor
                cursor += 1
                return text
            case UInt8(ascii: "\\"):
                text.hasEscapes = true
                cursor += 1
                try passEscape()
            case ..<0x20:
                text.isIrregular = true
                cursor += 1
            case ..<0x80:
                cursor += 1
                // Back to eight at a time.
                while count - cursor >= 8 {
                    let word = UnsafeRawPointer(base + cursor).loadUnaligned(as: UInt64.self)
                    let special = Self.special(UInt64(littleEndian: word))
                    guard special == 0 else {
                        cursor += special.trailingZeroBitCount >> 3
                        break
                    }
                    cursor += 8
                }
            default:
                let length = sequenceLength()
                if length == 0 { text.isIrregular = true }
                cursor += max(length, 1)
            }
        }
        throw expected("the end of a text")
    }

    private mutating func passEscape() throws(WireFormatError) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            cursor += 1
        case UInt8(ascii: "u"):
            cursor += 1
            for _ in 0..<4 {
                guard Self.digit(byte) != nil else { throw expected("four hexadecimal digits") }
                cursor += 1
            }
        default: throw expected("an escape")
        }
    }

    /// Of the UTF-8 sequence at the cursor; 0 when there is none (Unicode 15, table 3-7).
    private func sequenceLength() -> Int {
        let first = base[cursor]
        func next(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xbf) -> Bool {
            cursor + offset < count && base[cursor + offset] >= low && base[cursor + offset] <= high
        }
        switch first {
        case 0xc2...0xdf: return next(1) ? 2 : 0
        case 0xe0: return next(1, 0xa0) && next(2) ? 3 : 0
        case 0xed: return next(1, 0x80, 0x9f) && next(2) ? 3 : 0
        case 0xe1...0xef: return next(1) && next(2) ? 3 : 0
        case 0xf0: return next(1, 0x90) && next(2) && next(3) ? 4 : 0
        case 0xf1...0xf3: return next(1) && next(2) && next(3) ? 4 : 0
        case 0xf4: return next(1, 0x80, 0x8f) && next(2) && next(3) ? 4 : 0
        default: return 0
        }
    }

    // MARK: Meaning

    func bytes(_ text: Text) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + text.start, count: text.end - text.start)
    }

    func string(_ text: Text) -> String {
        if !text.hasEscapes {
            return String(
                decoding: UnsafeBufferPointer(start: base + text.start, count: text.end - text.start), as: UTF8.self)
        }
        var result: [UInt8] = []
        unescape(text, to: &result)
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes that `text`, already found to be well formed, stands for, as UTF-8 except where it was not.
    func unescape(_ text: Text, to result: inout [UInt8]) {
        var position = text.start
        var run = position
        func end(_ result: inout [UInt8]) {
            result.append(contentsOf: UnsafeBufferPointer(start: base + run, count: position - run))
        }
        while position < text.end {
            guard base[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            end(&result)
            let letter = base[position + 1]
            position += 2
            switch letter {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0c)
            case UInt8(ascii: "n"): result.append(0x0a)
            case UInt8(ascii: "r"): result.append(0x0d)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): appendUnit(at: &position, end: text.end, to: &result)
            default: result.append(letter)
            }
            run = position
        }
        end(&result)
    }

    /// Two escapes make one character beyond the first plane; half of one is U+FFFD.
    private func appendUnit(at position: inout Int, end: Int, to result: inout [UInt8]) {
        var unit = hexadecimal(at: position)
        position += 4
        if unit >> 10 == 0x36, position + 6 <= end, base[position] == UInt8(ascii: "\\"),
            base[position + 1] == UInt8(ascii: "u")
        {
            let low = hexadecimal(at: position + 2)
            if low >> 10 == 0x37 {
                unit = 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
                position += 6
            }
        }
        result.append(contentsOf: UTF8.encode(Unicode.Scalar(unit) ?? "\u{fffd}")!)
    }

    private func hexadecimal(at position: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | UInt32(Self.digit(base[position + $1]) ?? 0) }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
