import Basics

/// Brings the JSON form of protobuf (protobuf.dev, "ProtoJSON", with OTLP's exceptions) to bytes, so that there is one
/// decoder for both. Names that are not known are passed over.
struct JSONProtobuf {
    /// Objects within objects; deeper ones throw.
    private static let depthMax = 64

    private var scanner: JSONScanner
    private var writer: [UInt8] = []
    private var refused = RefusedItems()

    static func bytes(
        of document: [UInt8], as message: JSONMessage
    ) throws(WireFormatError) -> [UInt8] {
        try sorted(document, as: message).bytes
    }

    /// With what is wrong with items that were left out.
    static func sorted(
        _ document: [UInt8], as message: JSONMessage
    ) throws(WireFormatError) -> (bytes: [UInt8], refused: RefusedItems) {
        var transcoder = JSONProtobuf(scanner: JSONScanner(document))
        guard try transcoder.scanner.peek() == .object else { throw transcoder.scanner.expected("an object") }
        try transcoder.object(message, depth: 0)
        try transcoder.scanner.expectEnd()
        return (transcoder.writer, transcoder.refused)
    }

    private mutating func object(_ message: JSONMessage, depth: Int) throws(WireFormatError) {
        guard depth < Self.depthMax else {
            throw WireFormatError(.tooLarge, .byte(scanner.cursor), "objects nested deeper than \(Self.depthMax)")
        }
        scanner.open()
        var isFirst = true
        while try scanner.hasNext(&isFirst, until: "}") {
            let key = String(decoding: try scanner.key(), as: UTF8.self)
            guard let field = message.fields[key], try scanner.peek() != .null else {
                try scanner.skip()
                continue
            }
            try value(field.kind, field.number, depth)
        }
    }

    private mutating func value(_ kind: JSONMessage.Kind, _ number: Int, _ depth: Int) throws(WireFormatError) {
        switch kind {
        case .list(let element):
            try array { transcoder throws(WireFormatError) in try transcoder.value(element, number, depth) }
        case .items(let element):
            try array { transcoder throws(WireFormatError) in try transcoder.item(element, number, depth) }
        case .packed(let element):
            try lengthPrefixed(number) { transcoder throws(WireFormatError) in
                try transcoder.array { transcoder throws(WireFormatError) in try transcoder.scalar(element) }
            }
        case .message(let message):
            guard try scanner.peek() == .object else { throw scanner.expected("an object") }
            try lengthPrefixed(number) { transcoder throws(WireFormatError) in
                try transcoder.object(message(), depth: depth + 1)
            }
        case .text, .bytes, .hexadecimal:
            guard try scanner.peek() == .text else { throw scanner.expected("a text") }
            let start = scanner.cursor
            let text = try scanner.text()
            guard let bytes = Self.bytes(text, kind) else {
                throw WireFormatError(.malformed, .byte(start), "a text that is not hexadecimal or base64")
            }
            tag(number, ProtobufReader.Wire.bytes)
            Varint.append(UInt64(bytes.count), to: &writer)
            writer += bytes
        case .bool, .varint, .zigZag:
            tag(number, ProtobufReader.Wire.varint)
            try scalar(kind)
        case .fixed64, .double:
            tag(number, ProtobufReader.Wire.fixed64)
            try scalar(kind)
        }
    }

    private mutating func item(_ kind: JSONMessage.Kind, _ number: Int, _ depth: Int) throws(WireFormatError) {
        let (start, written) = (scanner, writer.count)
        do throws(WireFormatError) { try value(kind, number, depth) } catch {
            // What is no JSON either has no end to go on from.
            scanner = start
            try scanner.skip()
            writer.removeSubrange(written...)
            try refused.add(error)
        }
    }

    private mutating func array(
        _ element: (inout JSONProtobuf) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        guard try scanner.peek() == .array else { throw scanner.expected("an array") }
        scanner.open()
        var isFirst = true
        while try scanner.hasNext(&isFirst, until: "]") { try element(&self) }
    }

    private mutating func scalar(_ kind: JSONMessage.Kind) throws(WireFormatError) {
        switch kind {
        case .bool:
            guard try scanner.peek() == .bool else { throw scanner.expected("true or false") }
            writer.append(try scanner.bool() ? 1 : 0)
        case .double: appendFixed(try double().bitPattern)
        case .fixed64: appendFixed(try integer())
        case .zigZag:
            let value = Int64(bitPattern: try integer())
            Varint.append(UInt64(bitPattern: value << 1 ^ value >> 63), to: &writer)
        default: Varint.append(try integer(), to: &writer)
        }
    }

    /// A whole number of 64 bits, with a sign or without, as a number or as a text.
    private mutating func integer() throws(WireFormatError) -> UInt64 {
        let start = scanner.cursor
        let text = try numberText()
        if let value = UInt64(text) { return value }
        if let value = Int64(text) { return UInt64(bitPattern: value) }
        // 1e3 and 2.0 are whole numbers too.
        if let value = Self.decimal(text), let whole = Int64(exactly: value) { return UInt64(bitPattern: whole) }
        throw WireFormatError(.malformed, .byte(start), "a number that is not whole or beyond 64 bits")
    }

    private mutating func double() throws(WireFormatError) -> Double {
        let start = scanner.cursor
        switch try numberText() {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        case let text:
            guard let value = Self.decimal(text) else {
                throw WireFormatError(.malformed, .byte(start), "a text that is no number")
            }
            return value
        }
    }

    /// Swift reads hexadecimal numbers and words too, which JSON does not have.
    private static func decimal(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ $0 < UInt8(ascii: "A") || $0 | 0x20 == UInt8(ascii: "e") }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    private mutating func numberText() throws(WireFormatError) -> String {
        switch try scanner.peek() {
        case .number: String(decoding: scanner.bytes[try scanner.numberRange()], as: UTF8.self)
        case .text: String(decoding: try scanner.text(), as: UTF8.self)
        default: throw scanner.expected("a number")
        }
    }

    // MARK: Bytes

    private mutating func tag(_ number: Int, _ wire: Int) {
        Varint.append(UInt64(number << 3 | wire), to: &writer)
    }

    private mutating func appendFixed(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { writer.append(contentsOf: $0) }
    }

    /// The length goes before what is not written yet: five bytes are kept for it, whatever it is.
    private mutating func lengthPrefixed(
        _ number: Int, _ body: (inout JSONProtobuf) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        tag(number, ProtobufReader.Wire.bytes)
        let place = writer.count
        writer.append(contentsOf: repeatElement(0, count: 5))
        try body(&self)
        let length = writer.count - place - 5
        for byte in 0..<5 { writer[place + byte] = UInt8(length >> (7 * byte) & 0x7f) | (byte < 4 ? 0x80 : 0) }
    }

    private static func bytes(_ text: [UInt8], _ kind: JSONMessage.Kind) -> [UInt8]? {
        switch kind {
        case .hexadecimal: hexadecimal(text)
        case .bytes: base64(text)
        default: text
        }
    }

    private static func hexadecimal(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var result: [UInt8] = []
        for place in stride(from: 0, to: text.count, by: 2) {
            guard let high = Character(Unicode.Scalar(text[place])).hexDigitValue,
                let low = Character(Unicode.Scalar(text[place + 1])).hexDigitValue
            else { return nil }
            result.append(UInt8(high << 4 | low))
        }
        return result
    }

    /// In either alphabet, with padding or without.
    private static func base64(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for byte in text.prefix(while: { $0 != UInt8(ascii: "=") }) {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0") + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            default: return nil
            }
            word = word << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return result
    }
}
