import Basics
import SignalModel

/// Values of attributes as the texts of labels: opentelemetry/proto/common/v1, `AnyValue`.
enum AttributeText {
    /// A value nested deeper refuses the record, or the request: nobody's attributes are.
    static let depthMax = 16

    /// Appends the text; lists and maps are JSON.
    static func append(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, to texts: inout [UInt8], depth: Int = 0
    ) throws(WireFormatError) {
        guard depth <= depthMax else {
            throw WireFormatError(.tooLarge, .byte(range.lowerBound), "an attribute nested deeper than \(depthMax)")
        }
        let start = texts.count
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            // One of them; the last counts.
            if (1...7).contains(field.number) { texts.removeSubrange(start...) }
            switch field.number {
            case 1:
                let text = try reader.text(field, "text of an attribute")
                if depth > 0 {
                    appendQuoted(message, text, to: &texts)
                } else {
                    texts.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[text]))
                }
            case 2: append(try reader.count(field, "attribute") != 0 ? "true" : "false", to: &texts)
            case 3: append(String(Int64(bitPattern: try reader.count(field, "attribute"))), to: &texts)
            case 4:
                let value = try reader.double(field, "attribute")
                // JSON has no such number.
                append(depth > 0 && !value.isFinite ? "\"\(number(value))\"" : number(value), to: &texts)
            case 5: try appendList(message, try reader.text(field, "list of an attribute"), to: &texts, depth)
            case 6: try appendMap(message, try reader.text(field, "map of an attribute"), to: &texts, depth)
            case 7:
                let quote: [UInt8] = depth > 0 ? [UInt8(ascii: "\"")] : []
                texts += quote
                appendBase64(message[try reader.text(field, "bytes of an attribute")], to: &texts)
                texts += quote
            default: try reader.skip(field)
            }
        }
        if depth > 0, texts.count == start { append("null", to: &texts) }
    }

    private static func appendList(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, to texts: inout [UInt8], _ depth: Int
    ) throws(WireFormatError) {
        try appendElements(message, range, in: "[]", to: &texts) { element, texts throws(WireFormatError) in
            try append(message, element, to: &texts, depth: depth + 1)
        }
    }

    private static func appendMap(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, to texts: inout [UInt8], _ depth: Int
    ) throws(WireFormatError) {
        try appendElements(message, range, in: "{}", to: &texts) { element, texts throws(WireFormatError) in
            let pair = try pair(message, element)
            appendQuoted(message, pair.key, to: &texts)
            texts.append(UInt8(ascii: ":"))
            try append(message, pair.value, to: &texts, depth: depth + 1)
        }
    }

    /// What `ArrayValue` and `KeyValueList` hold, between brackets.
    private static func appendElements(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, in brackets: StaticString, to texts: inout [UInt8],
        _ append: (Range<Int>, inout [UInt8]) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        texts.append(brackets.utf8Start[0])
        var isFirst = true
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            if !isFirst { texts.append(UInt8(ascii: ",")) }
            isFirst = false
            try append(try reader.text(field, "element of an attribute"), &texts)
        }
        texts.append(brackets.utf8Start[1])
    }

    /// `KeyValue`; what is absent is empty.
    static func pair(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> (key: Range<Int>, value: Range<Int>) {
        var key = range.lowerBound..<range.lowerBound
        var value = key
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try reader.text(field, "key of an attribute")
            case 2: value = try reader.text(field, "value of an attribute")
            default: try reader.skip(field)
            }
        }
        return (key, value)
    }

    private static func number(_ value: Double) -> String {
        let magnitude = value.magnitude
        let isPlain = magnitude == 0 || !magnitude.isFinite || (magnitude >= 1e-6 && magnitude < 1e21)
        return isPlain ? PlainDecimal.text(value) : TextExpositionWriter.text(value)
    }

    static func append(_ text: String, to texts: inout [UInt8]) { texts.append(contentsOf: text.utf8) }

    static func appendQuoted(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, to texts: inout [UInt8]
    ) {
        texts.append(UInt8(ascii: "\""))
        for byte in message[range] {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): texts += [UInt8(ascii: "\\"), byte]
            case 0x0a: append("\\n", to: &texts)
            case 0x0d: append("\\r", to: &texts)
            case 0x09: append("\\t", to: &texts)
            case ..<0x20:
                append("\\u00", to: &texts)
                appendHex(byte, to: &texts)
            default: texts.append(byte)
            }
        }
        texts.append(UInt8(ascii: "\""))
    }

    static func appendHex(_ byte: UInt8, to texts: inout [UInt8]) {
        for digit in [byte >> 4, byte & 15] { texts.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }

    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func appendBase64(_ bytes: Slice<UnsafeRawBufferPointer>, to texts: inout [UInt8]) {
        var rest = bytes
        while !rest.isEmpty {
            let group = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            let word = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset) }
            for place in 0..<4 {
                let digit = base64Digits[Int(word >> UInt32(18 - 6 * place)) & 63]
                texts.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
    }
}
