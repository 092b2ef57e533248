internal import Basics

extension LogRow {
    /// Appends the record as a JSON object: the document as it was written where that was kept, else one built from
    /// its fields, in which dots of names become objects.
    ///
    /// A row of some fields only is built of these. Fields that are hidden are in neither.
    package func appendSource(to bytes: inout [UInt8]) {
        guard source.isEmpty else {
            bytes.append(contentsOf: source)
            return
        }
        bytes.append(contentsOf: "{\"@timestamp\":\"".utf8)
        bytes.append(contentsOf: RecordTime.text(place.timestampNanoseconds).utf8)
        bytes.append(UInt8(ascii: "\""))
        let members = fields.map { SourceObject.Member(path: Array($0.name.utf8), start: 0, field: $0) }
        SourceObject.append(members, isFirst: false, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}

/// Times of records as text.
package enum RecordTime {
    /// RFC 3339 in UTC, with three digits of a second, or nine where three do not say it all.
    package static func text(_ nanoseconds: Int64) -> String {
        let seconds = floorDivide(nanoseconds, 1_000_000_000)
        let text = RFC3339.format(Timestamp(milliseconds: seconds * 1000)).dropLast()
        let rest = floorModulo(nanoseconds, 1_000_000_000)
        let isWhole = rest % 1_000_000 == 0
        let digits = String(isWhole ? rest / 1_000_000 : rest)
        return text + "." + String(repeating: "0", count: (isWhole ? 3 : 9) - digits.utf8.count) + digits + "Z"
    }
}

/// Members of a JSON object by their dotted names.
private enum SourceObject {
    struct Member {
        var path: [UInt8]
        /// Where what is left of the path begins.
        var start: Int
        var field: LogRow.Field

        var end: Int { path[start...].firstIndex(of: UInt8(ascii: ".")) ?? path.count }
    }

    /// In the order in which the first member of each name stands.
    static func append(_ members: [Member], isFirst: Bool, to bytes: inout [UInt8]) {
        var order: [[UInt8]] = []
        var groups: [[UInt8]: [Member]] = [:]
        for member in members {
            let name = Array(member.path[member.start..<member.end])
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append(member)
        }
        var isFirst = isFirst
        for name in order {
            guard let group = groups[name] else { continue }
            let inner = group.filter { $0.end < $0.path.count }
            let own = group.filter { $0.end == $0.path.count }
            for member in own { append(name, &isFirst, to: &bytes) { value(member.field, to: &$0) } }
            guard !inner.isEmpty else { continue }
            // Beside a value of the same name there is no place for an object: such names keep their dots.
            guard own.isEmpty else {
                for member in inner {
                    append(Array(member.path[member.start...]), &isFirst, to: &bytes) { value(member.field, to: &$0) }
                }
                continue
            }
            append(name, &isFirst, to: &bytes) { bytes in
                bytes.append(UInt8(ascii: "{"))
                let rest = inner.map { Member(path: $0.path, start: $0.end + 1, field: $0.field) }
                append(rest, isFirst: true, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
        }
    }

    private static func append(
        _ name: [UInt8], _ isFirst: inout Bool, to bytes: inout [UInt8], _ value: (inout [UInt8]) -> Void
    ) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        append(string: name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        value(&bytes)
    }

    private static func value(_ field: LogRow.Field, to bytes: inout [UInt8]) {
        guard field.isArray || field.values.count != 1 else {
            append(field.values[0], to: &bytes)
            return
        }
        bytes.append(UInt8(ascii: "["))
        for (place, value) in field.values.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func append(_ value: FieldValue, to bytes: inout [UInt8]) {
        if case .string(let text) = value {
            append(string: text.utf8, to: &bytes)
        } else {
            bytes.append(contentsOf: value.text.utf8)
        }
    }

    private static func append(string: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [hexDigit(byte >> 4), hexDigit(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x57 }
}
