package import SignalModel

/// The tree as JSON: compact, members in their order, nothing escaped that need not be.
package enum DocumentWriter {
    package static func bytes(of object: DocumentObject) -> [UInt8] {
        var bytes: [UInt8] = []
        append(.object(object), to: &bytes)
        return bytes
    }

    package static func string(of value: DocumentValue) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What stands open: its next member or element.
    private enum Open {
        case object([DocumentObject.Member], next: Int)
        case array([DocumentValue], next: Int)
    }

    package static func append(_ value: DocumentValue, to bytes: inout [UInt8]) {
        var open: [Open] = []
        begin(value, &open, &bytes)
        while let last = open.popLast() {
            switch last {
            case .object(let members, let next):
                guard next < members.count else {
                    bytes.append(UInt8(ascii: "}"))
                    continue
                }
                if next > 0 { bytes.append(UInt8(ascii: ",")) }
                append(members[next].name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                open.append(.object(members, next: next + 1))
                begin(members[next].value, &open, &bytes)
            case .array(let elements, let next):
                guard next < elements.count else {
                    bytes.append(UInt8(ascii: "]"))
                    continue
                }
                if next > 0 { bytes.append(UInt8(ascii: ",")) }
                open.append(.array(elements, next: next + 1))
                begin(elements[next], &open, &bytes)
            }
        }
    }

    private static func begin(_ value: DocumentValue, _ open: inout [Open], _ bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        // JSON has no other way to say it.
        case .double(let value) where !value.isFinite: append(String(value), to: &bytes)
        case .double(let value): bytes.append(contentsOf: String(value).utf8)
        case .string(let value): append(value, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            open.append(.array(elements, next: 0))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            open.append(.object(object.members, next: 0))
        }
    }

    /// `text` in quotation marks.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var start = 0
            for (index, byte) in utf8.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
                bytes.append(contentsOf: utf8[start..<index])
                start = index + 1
                bytes.append(UInt8(ascii: "\\"))
                switch byte {
                case 0x08: bytes.append(UInt8(ascii: "b"))
                case 0x09: bytes.append(UInt8(ascii: "t"))
                case 0x0a: bytes.append(UInt8(ascii: "n"))
                case 0x0c: bytes.append(UInt8(ascii: "f"))
                case 0x0d: bytes.append(UInt8(ascii: "r"))
                case 0x22, 0x5c: bytes.append(byte)
                default:
                    bytes.append(contentsOf: "u00".utf8)
                    for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
                }
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
