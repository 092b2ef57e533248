/// Walks JSON (RFC 8259) without building it. Errors name the byte. What a number or a text means is its caller's.
package struct JSONScanner: Sendable {
    package enum Kind: Sendable {
        case object, array, text, number, bool, null
    }

    let bytes: [UInt8]
    private(set) var cursor = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What comes next; the cursor stands at it.
    package mutating func peek() throws(WireFormatError) -> Kind {
        skipBlanks()
        guard let byte else { throw expected("a value") }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw expected("a value")
        }
    }

    // MARK: Objects and arrays

    /// Before the first entry of an object or an array, past its bracket.
    mutating func open() { cursor += 1 }

    /// Past the comma before the next entry; false, and past the bracket, when there is none.
    mutating func hasNext(_ isFirst: inout Bool, until end: Unicode.Scalar) throws(WireFormatError) -> Bool {
        skipBlanks()
        if byte == UInt8(ascii: end) {
            cursor += 1
            return false
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw expected("a comma or \(end)") }
            cursor += 1
            skipBlanks()
        }
        isFirst = false
        return true
    }

    /// A key with its colon.
    mutating func key() throws(WireFormatError) -> [UInt8] {
        skipBlanks()
        guard byte == UInt8(ascii: "\"") else { throw expected("a key in quotation marks") }
        let key = try text()
        skipBlanks()
        guard byte == UInt8(ascii: ":") else { throw expected("a colon") }
        cursor += 1
        return key
    }

    /// At the end of the document.
    package mutating func expectEnd() throws(WireFormatError) {
        skipBlanks()
        if cursor < bytes.count { throw expected("nothing behind the document") }
    }

    // MARK: Values

    mutating func bool() throws(WireFormatError) -> Bool {
        let isTrue = byte == UInt8(ascii: "t")
        try word(isTrue ? "true" : "false")
        return isTrue
    }

    /// Whether there was a null, which is passed.
    package mutating func null() throws(WireFormatError) -> Bool {
        guard try peek() == .null else { return false }
        try word("null")
        return true
    }

    /// A number that is finite.
    package mutating func number() throws(WireFormatError) -> Double {
        guard try peek() == .number else { throw expected("a number") }
        let start = cursor
        guard let number = Double(String(decoding: bytes[try numberRange()], as: UTF8.self)), number.isFinite else {
            throw WireFormatError(.malformed, .byte(start), "a number that no float can hold")
        }
        return number
    }

    /// The number's text, in the grammar of JSON.
    mutating func numberRange() throws(WireFormatError) -> Range<Int> {
        let start = cursor
        if byte == UInt8(ascii: "-") { cursor += 1 }
        if byte == UInt8(ascii: "0") { cursor += 1 } else { try digits() }
        if byte == UInt8(ascii: ".") {
            cursor += 1
            try digits()
        }
        if let letter = byte, letter | 0x20 == UInt8(ascii: "e") {
            cursor += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { cursor += 1 }
            try digits()
        }
        return start..<cursor
    }

    package mutating func string() throws(WireFormatError) -> String {
        guard try peek() == .text else { throw expected("a text") }
        return String(decoding: try text(), as: UTF8.self)
    }

    /// The text in quotation marks, its escapes resolved; bytes that are not UTF-8 stay as they are.
    mutating func text() throws(WireFormatError) -> [UInt8] {
        cursor += 1
        var result: [UInt8] = []
        var start = cursor
        while true {
            guard let byte else { throw expected("the end of a text") }
            switch byte {
            case UInt8(ascii: "\""):
                result.append(contentsOf: bytes[start..<cursor])
                cursor += 1
                return result
            case UInt8(ascii: "\\"):
                result.append(contentsOf: bytes[start..<cursor])
                cursor += 1
                try escape(to: &result)
                start = cursor
            case ..<0x20: throw expected("an escape for a control character")
            default: cursor += 1
            }
        }
    }

    /// Passes a value of any kind. Blocks as deep as there are brackets are counted, not called.
    package mutating func skip() throws(WireFormatError) {
        var isObject: [Bool] = []
        repeat {
            if let inObject = isObject.last {
                var isFirst = isFirstInside
                isFirstInside = false
                guard try hasNext(&isFirst, until: inObject ? "}" : "]") else {
                    isObject.removeLast()
                    continue
                }
                if inObject { _ = try key() }
            }
            switch try peek() {
            case .object, .array:
                isObject.append(byte == UInt8(ascii: "{"))
                isFirstInside = true
                cursor += 1
            case .text: _ = try text()
            case .number: _ = try numberRange()
            case .bool: _ = try bool()
            case .null: try word("null")
            }
        } while !isObject.isEmpty
    }

    /// `skip` has just entered a bracket.
    private var isFirstInside = false

    // MARK: Bytes

    private var byte: UInt8? { cursor < bytes.count ? bytes[cursor] : nil }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { cursor += 1 }
    }

    private mutating func digits() throws(WireFormatError) {
        let start = cursor
        while let byte, byte &- UInt8(ascii: "0") < 10 { cursor += 1 }
        if cursor == start { throw expected("a digit") }
    }

    private mutating func word(_ word: StaticString) throws(WireFormatError) {
        let count = word.utf8CodeUnitCount
        guard bytes.count - cursor >= count,
            word.withUTF8Buffer({ bytes[cursor..<cursor + count].elementsEqual($0) })
        else { throw expected("\(word)") }
        cursor += count
    }

    private mutating func escape(to result: inout [UInt8]) throws(WireFormatError) {
        guard let letter = byte else { throw expected("the end of a text") }
        cursor += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(letter)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hexadecimal()
            // Two escapes make one character beyond the first plane; half of one is no character.
            if unit >> 10 == 0x36, byte == UInt8(ascii: "\\"), cursor + 1 < bytes.count,
                bytes[cursor + 1] == UInt8(ascii: "u")
            {
                let start = cursor
                cursor += 2
                let low = try hexadecimal()
                if low >> 10 == 0x37 {
                    unit = 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
                } else {
                    cursor = start
                }
            }
            result.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{fffd}").utf8)
        default:
            cursor -= 1
            throw expected("an escape")
        }
    }

    private mutating func hexadecimal() throws(WireFormatError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = byte.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw expected("four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            cursor += 1
        }
        return unit
    }

    func expected(_ what: String) -> WireFormatError {
        problem(cursor < bytes.count ? "expected \(what)" : "the JSON is cut off")
    }

    /// Something wrong with what was just read.
    package func problem(_ message: String) -> WireFormatError { WireFormatError(.malformed, .byte(cursor), message) }
}
