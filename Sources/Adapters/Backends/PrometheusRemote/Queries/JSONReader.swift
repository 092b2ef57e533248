/// What is wrong with a JSON text, and where.
struct JSONProblem: Error, Hashable, CustomStringConvertible {
    var byte: Int
    var message: String

    var description: String { "byte \(byte): \(message)" }
}

/// Reads a JSON text (RFC 8259) from its beginning to its end without a tree in between: answers hold millions of
/// points.
struct JSONReader {
    /// Deeper texts are refused: no answer of the API is half as deep.
    private static let depthMax = 32

    private let bytes: [UInt8]
    private var cursor = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func problem(_ message: String) -> JSONProblem { JSONProblem(byte: cursor, message: message) }

    /// The first byte of the next value; nil at the end.
    mutating func peek() -> UInt8? {
        while cursor < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[cursor]) { cursor += 1 }
        return cursor < bytes.count ? bytes[cursor] : nil
    }

    /// Calls `body` for each member; it reads the value.
    mutating func object(_ body: (inout JSONReader, String) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try enter("{", "an object")
        if take("}") { return leave() }
        while true {
            let key = try string()
            try expect(":", "a colon")
            try body(&self, key)
            if take("}") { return leave() }
            try expect(",", "a comma or the object's end")
        }
    }

    /// Calls `body` for each element, which it reads.
    mutating func array(_ body: (inout JSONReader) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try enter("[", "an array")
        if take("]") { return leave() }
        while true {
            try body(&self)
            if take("]") { return leave() }
            try expect(",", "a comma or the array's end")
        }
    }

    /// An array of exactly two elements.
    mutating func pair(
        _ first: (inout JSONReader) throws(JSONProblem) -> Void,
        _ second: (inout JSONReader) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        try enter("[", "a pair")
        try first(&self)
        try expect(",", "a second element")
        try second(&self)
        try expect("]", "the pair's end")
        leave()
    }

    mutating func string() throws(JSONProblem) -> String {
        try expect("\"", "a string")
        let start = cursor
        while cursor < bytes.count {
            switch bytes[cursor] {
            case UInt8(ascii: "\""):
                // Fast path: nothing to unescape.
                defer { cursor += 1 }
                return String(decoding: bytes[start..<cursor], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw problem("a control character in a string")
            default: cursor += 1
            }
        }
        throw problem("a string without end")
    }

    private mutating func escapedString(from start: Int) throws(JSONProblem) -> String {
        var text = Array(bytes[start..<cursor])
        while cursor < bytes.count {
            let byte = bytes[cursor]
            cursor += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
            case 0..<0x20: throw problem("a control character in a string")
            default: text.append(byte)
            }
        }
        throw problem("a string without end")
    }

    private mutating func escape() throws(JSONProblem) -> Unicode.Scalar {
        guard cursor < bytes.count else { throw problem("a string without end") }
        let byte = bytes[cursor]
        cursor += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw problem("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONProblem) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // One half of a pair alone stands for no character.
        guard first < 0xdc00, cursor + 1 < bytes.count, bytes[cursor] == UInt8(ascii: "\\"),
            bytes[cursor + 1] == UInt8(ascii: "u")
        else { return "\u{fffd}" }
        cursor += 2
        let second = try hexadecimal()
        guard (0xdc00..<0xe000).contains(second) else { return "\u{fffd}" }
        return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        guard cursor + 4 <= bytes.count,
            let number = UInt32(String(decoding: bytes[cursor..<cursor + 4], as: UTF8.self), radix: 16)
        else { throw problem("four hexadecimal digits are missing") }
        cursor += 4
        return number
    }

    mutating func number() throws(JSONProblem) -> Double {
        _ = peek()
        let start = cursor
        while cursor < bytes.count, Self.isNumeric(bytes[cursor]) { cursor += 1 }
        guard start < cursor, let number = Double(String(decoding: bytes[start..<cursor], as: UTF8.self)),
            number.isFinite
        else {
            cursor = start
            throw problem("a number is missing")
        }
        return number
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Whether there was a null, which is passed.
    mutating func null() throws(JSONProblem) -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    /// Passes a value of any kind.
    mutating func skip() throws(JSONProblem) {
        switch peek() {
        case UInt8(ascii: "{"): try object { (reader, _) throws(JSONProblem) in try reader.skip() }
        case UInt8(ascii: "["): try array { (reader) throws(JSONProblem) in try reader.skip() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try number()
        }
    }

    /// Throws when something follows.
    mutating func finish() throws(JSONProblem) {
        if peek() != nil { throw problem("something after the end") }
    }

    private mutating func word(_ word: StaticString) throws(JSONProblem) {
        let end = cursor + word.utf8CodeUnitCount
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= bytes.count, bytes[cursor..<end].elementsEqual(wanted) else { throw problem("no value") }
        cursor = end
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(JSONProblem) {
        if !take(character) { throw problem("\(what) is missing") }
    }

    private mutating func enter(_ character: Unicode.Scalar, _ what: String) throws(JSONProblem) {
        try expect(character, what)
        depth += 1
        if depth > Self.depthMax { throw problem("more than \(Self.depthMax) levels") }
    }

    private mutating func leave() { depth -= 1 }
}
