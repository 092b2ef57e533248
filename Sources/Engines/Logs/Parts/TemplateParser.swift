/// Splits strings into what repeats and what varies: a *template*, in which numbers and hexadecimal identifiers are
/// place holders, and the values of these. What becomes of a run of ASCII letters, digits and `_` depends on nothing
/// around it, so that the template of a word is the same in every text.
struct TemplateParser {
    /// Stands for a number of up to 18 digits that begins with none too many.
    static let number: UInt8 = 1
    /// Stands for hexadecimal digits in lower case; two letters with their count follow.
    static let hexadecimal: UInt8 = 2

    private(set) var template: [UInt8] = []
    private(set) var numbers: [Int64] = []
    /// Two digits a byte, each identifier beginning a byte of its own.
    private(set) var digits: [UInt8] = []

    /// False for a string that has a place holder's byte itself.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Bool {
        template.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        digits.removeAll(keepingCapacity: true)
        let count = bytes.count
        var offset = 0
        while offset < count {
            let byte = bytes[offset]
            guard WordScanner.isWord(byte), byte < 0x80 else {
                if byte == Self.number || byte == Self.hexadecimal { return false }
                template.append(byte)
                offset += 1
                continue
            }
            let start = offset
            var kinds: UInt8 = 0
            repeat {
                kinds |= Self.kind(bytes[offset])
                offset += 1
            } while offset < count && WordScanner.isWord(bytes[offset]) && bytes[offset] < 0x80
            let run = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
            if kinds & Kind.digit == 0 {
                template.append(contentsOf: run)
            } else if kinds == Kind.digit | Kind.hexLetter, run.count >= 4, run.count <= Self.hexCountMax {
                append(hexadecimal: run)
            } else {
                split(run)
            }
        }
        return true
    }

    /// Parses a run as if it were no hexadecimal identifier: what a text in capitals becomes.
    mutating func parseWithoutHexadecimal(_ run: UnsafeRawBufferPointer) {
        template.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        digits.removeAll(keepingCapacity: true)
        split(run)
    }

    private static let hexCountMax = 255

    private enum Kind {
        static let digit: UInt8 = 1
        static let hexLetter: UInt8 = 2
        static let other: UInt8 = 4
    }

    @inline(__always)
    private static func kind(_ byte: UInt8) -> UInt8 {
        byte &- 0x30 < 10 ? Kind.digit : byte &- 0x61 < 6 ? Kind.hexLetter : Kind.other
    }

    /// Letters stay, digits become numbers.
    private mutating func split(_ run: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < run.count {
            guard run[offset] &- 0x30 < 10 else {
                template.append(run[offset])
                offset += 1
                continue
            }
            let start = offset
            var value: UInt64 = 0
            while offset < run.count, run[offset] &- 0x30 < 10 {
                value = value &* 10 &+ UInt64(run[offset] &- 0x30)
                offset += 1
            }
            let count = offset - start
            if count <= 18, run[start] != 0x30 || count == 1 {
                template.append(Self.number)
                numbers.append(Int64(bitPattern: value))
            } else {
                var rest = UnsafeRawBufferPointer(rebasing: run[start..<offset])
                while !rest.isEmpty {
                    append(hexadecimal: UnsafeRawBufferPointer(rebasing: rest.prefix(Self.hexCountMax)))
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Self.hexCountMax))
                }
            }
        }
    }

    private mutating func append(hexadecimal run: UnsafeRawBufferPointer) {
        template.append(Self.hexadecimal)
        template.append(UInt8(run.count >> 4) + UInt8(ascii: "a"))
        template.append(UInt8(run.count & 15) + UInt8(ascii: "a"))
        var offset = 0
        while offset < run.count {
            let low = offset + 1 < run.count ? Self.value(run[offset + 1]) : 0
            digits.append(Self.value(run[offset]) << 4 | low)
            offset += 2
        }
    }

    @inline(__always)
    private static func value(_ digit: UInt8) -> UInt8 { digit < 0x3a ? digit & 15 : digit &- 0x57 }
}
