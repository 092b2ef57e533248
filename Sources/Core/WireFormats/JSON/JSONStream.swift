internal import Basics

/// JSON bytes of a value that is `Encodable`, written as it is walked, with no tree in between: of a large one only
/// `chunkBytes` at a time are held. `JSONReader` reads it back, and so does `JSONDecoder`.
///
/// `Data` and `Date` are written as they encode themselves, not as `JSONEncoder` does.
package enum JSONStream {
    /// A part is handed on once it is this long; a single text may make it longer.
    package static let chunkBytes = 256 << 10

    /// `sortsKeys` puts the keys of `[String: String]` in order, so that equal values are equal bytes; fields of structs
    /// stand as they encode themselves.
    package static func encode(_ value: some Encodable, sortsKeys: Bool = false) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let sink = JSONSink(sortsKeys: sortsKeys, hand: nil)
        try sink.value(value)
        swap(&bytes, &sink.bytes)
        return bytes
    }

    /// Calls `hand` with one part after another.
    package static func encode(_ value: some Encodable, _ hand: @escaping ([UInt8]) throws -> Void) throws {
        let sink = JSONSink(sortsKeys: false, hand: hand)
        try sink.value(value)
        try hand(sink.bytes)
    }
}

/// Values one after another, each on a line of its own.
package struct JSONLineWriter {
    private let sink = JSONSink(sortsKeys: false, hand: nil)

    package init() {}

    package var byteCount: Int { sink.bytes.count }

    package func append(_ value: some Encodable) throws {
        try sink.value(value)
        sink.endLine()
    }

    /// What was written since the last time.
    package func take() -> [UInt8] {
        var bytes: [UInt8] = []
        swap(&bytes, &sink.bytes)
        return bytes
    }
}

/// Where the containers of one document write. Each knows how deep it stands; what is open below is closed as soon as
/// it writes again.
final class JSONSink {
    var bytes: [UInt8] = []
    /// What closes each open object or array.
    private var closers: [UInt8] = []
    /// A value has just been completed in the innermost one, so a comma comes before the next.
    private var needsComma = false
    private var handed = 0
    private let sortsKeys: Bool
    private let hand: (([UInt8]) throws -> Void)?

    init(sortsKeys: Bool, hand: (([UInt8]) throws -> Void)?) {
        self.sortsKeys = sortsKeys
        self.hand = hand
    }

    var depth: Int { closers.count }

    func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        closers.append(bracket == "{" ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        needsComma = false
    }

    /// Closes what is open deeper than `depth`.
    func unwind(to depth: Int) {
        while closers.count > depth {
            bytes.append(closers.removeLast())
            needsComma = true
        }
    }

    func key(_ text: String) {
        separate()
        quote(text)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Of a value that stands alone.
    func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    func null() { word("null") }
    func bool(_ value: Bool) { word(value ? "true" : "false") }

    func integer(_ value: some FixedWidthInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    func number(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, EncodingError.Context(codingPath: [], debugDescription: "JSON has no \(value)"))
        }
        separate()
        bytes.append(contentsOf: value.description.utf8)
        needsComma = true
    }

    func string(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    func value<Value: Encodable>(_ value: Value) throws {
        // Fast path: what most of a state consists of needs no container.
        if Value.self == String.self { return string(unsafeBitCast(value, to: String.self)) }
        if Value.self == [String: String].self { return texts(unsafeBitCast(value, to: [String: String].self)) }
        if Value.self == UInt64.self { return integer(unsafeBitCast(value, to: UInt64.self)) }
        if Value.self == Int64.self { return integer(unsafeBitCast(value, to: Int64.self)) }
        let (base, before) = (depth, position)
        try value.encode(to: JSONStreamEncoder(sink: self, base: base))
        unwind(to: base)
        // A type without fields asks for no container.
        if position == before {
            open("{")
            unwind(to: base)
        }
        if let hand, bytes.count >= JSONStream.chunkBytes {
            try hand(bytes)
            handed += bytes.count
            bytes.removeAll(keepingCapacity: true)
        }
    }

    private var position: Int { handed + bytes.count }

    private func texts(_ texts: [String: String]) {
        open("{")
        if sortsKeys, texts.count > 1 {
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                key(name)
                string(text)
            }
        } else {
            for (name, text) in texts {
                key(name)
                string(text)
            }
        }
        unwind(to: depth - 1)
    }

    private func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private func word(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    private func quote(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { text in
            var start = 0
            for index in text.indices {
                let byte = text[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                start = index + 1
                escape(byte)
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
        case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        }
    }
}
