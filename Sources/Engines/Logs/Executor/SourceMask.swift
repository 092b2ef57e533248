/// Leaves hidden members out of a document that was kept as it was written.
struct SourceMask {
    private let mask: FieldMask
    private let bytes: [UInt8]
    private var offset = 0
    private var output: [UInt8] = []

    /// What is left of `document`; empty when it is no JSON object after all, so that nothing hidden gets out.
    static func applied(_ mask: FieldMask, to document: [UInt8]) -> [UInt8] {
        guard !mask.isEmpty else { return document }
        var copy = SourceMask(mask: mask, bytes: document)
        guard copy.value(path: "", depth: 0) else { return [] }
        return copy.output
    }

    private init(mask: FieldMask, bytes: [UInt8]) {
        self.mask = mask
        self.bytes = bytes
    }

    /// Deeper documents are not stored; beyond it nothing is given out.
    private static let depthMax = 200

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Copies one value, without what is hidden.
    private mutating func value(path: String, depth: Int) -> Bool {
        skipSpace()
        guard offset < bytes.count, depth < Self.depthMax else { return false }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return object(path: path, depth: depth)
        case UInt8(ascii: "["): return array(path: path, depth: depth)
        case UInt8(ascii: "\""):
            guard let range = string() else { return false }
            output.append(contentsOf: bytes[range])
            return true
        default:
            let start = offset
            while offset < bytes.count, !",]} \n\r\t".utf8.contains(bytes[offset]) { offset += 1 }
            output.append(contentsOf: bytes[start..<offset])
            return offset > start
        }
    }

    private mutating func object(path: String, depth: Int) -> Bool {
        offset += 1
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        if take(UInt8(ascii: "}")) {
            output.append(UInt8(ascii: "}"))
            return true
        }
        while true {
            skipSpace()
            guard let range = string(), take(UInt8(ascii: ":")) else { return false }
            let name = Self.unescaped(bytes[range.lowerBound + 1..<range.upperBound - 1])
            let inner = path.isEmpty ? name : path + "." + name
            let before = output.count
            if !isFirst { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: bytes[range])
            output.append(UInt8(ascii: ":"))
            guard value(path: inner, depth: depth + 1) else { return false }
            if mask.hides(inner) {
                output.removeSubrange(before...)
            } else {
                isFirst = false
            }
            if take(UInt8(ascii: "}")) { break }
            guard take(UInt8(ascii: ",")) else { return false }
        }
        output.append(UInt8(ascii: "}"))
        return true
    }

    private mutating func array(path: String, depth: Int) -> Bool {
        offset += 1
        output.append(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) {
            output.append(UInt8(ascii: "]"))
            return true
        }
        while true {
            guard value(path: path, depth: depth + 1) else { return false }
            if take(UInt8(ascii: "]")) { break }
            guard take(UInt8(ascii: ",")) else { return false }
            output.append(UInt8(ascii: ","))
        }
        output.append(UInt8(ascii: "]"))
        return true
    }

    /// Past a string; its quotes are in the range.
    private mutating func string() -> Range<Int>? {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        let start = offset
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\\"): offset += 2
            case UInt8(ascii: "\""):
                offset += 1
                return start..<offset
            default: offset += 1
            }
        }
        return nil
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
        var units: [UInt16] = []
        var rest = String(decoding: text, as: UTF8.self).utf16.makeIterator()
        while let unit = rest.next() {
            guard unit == 0x5c, let escape = rest.next() else {
                units.append(unit)
                continue
            }
            switch escape {
            case 0x62: units.append(8)
            case 0x66: units.append(12)
            case 0x6e: units.append(10)
            case 0x72: units.append(13)
            case 0x74: units.append(9)
            case 0x75:
                let digits = (0..<4).compactMap { _ in rest.next() }
                units.append(UInt16(String(decoding: digits, as: UTF16.self), radix: 16) ?? 0xfffd)
            default: units.append(escape)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
