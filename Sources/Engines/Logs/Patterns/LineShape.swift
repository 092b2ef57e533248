/// What a line looks like once its numbers and identifiers are taken out: its first line in words between blanks, the
/// same for every line of a template (`TemplateParser`).
struct LineShape {
    static let hole = "<*>"
    /// Further words of a line are not compared.
    static let wordsMax = 64

    /// Between holes these belong to one value: parts of a time, an address, an identifier.
    private static let joints = Set("-.:/,+T".utf8)
    private static let holeByte: UInt8 = 0

    /// Words of a template; nil of a text in which place holders stand for themselves.
    static func words(template: UnsafeRawBufferPointer) -> [String] {
        var plain: [UInt8] = []
        var offset = 0
        while offset < template.count, template[offset] != 0x0a {
            switch template[offset] {
            case TemplateParser.number:
                append(&plain)
                offset += 1
            case TemplateParser.hexadecimal:
                append(&plain)
                // Its length follows: lines whose identifiers are of several lengths are alike.
                offset += 3
            case let byte:
                plain.append(byte == holeByte ? 0x20 : byte)
                offset += 1
            }
        }
        return words(of: plain)
    }

    /// Bytes of a template's first line, or of about `bytesMax` of it.
    static func firstLineCount(template: UnsafeRawBufferPointer, bytesMax: Int) -> Int {
        var offset = 0
        while offset < min(template.count, bytesMax), template[offset] != 0x0a {
            // The length that follows may look like the end of a line.
            offset += template[offset] == TemplateParser.hexadecimal ? 3 : 1
        }
        return min(offset, template.count)
    }

    /// Words of a text that is no template.
    static func words(text: UnsafeRawBufferPointer) -> [String] {
        words(of: text.prefix { $0 != 0x0a }.map { $0 == holeByte ? 0x20 : $0 })
    }

    private static func words(of plain: [UInt8]) -> [String] {
        var words: [String] = []
        for part in plain.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) {
            if words.count == wordsMax {
                words.append("…")
                break
            }
            words.append(text(part))
        }
        return words
    }

    /// A hole, which swallows the one before when nothing but joints stands between them.
    private static func append(_ plain: inout [UInt8]) {
        var end = plain.count
        while end > 0, joints.contains(plain[end - 1]) { end -= 1 }
        if end > 0, plain[end - 1] == holeByte { plain.removeSubrange(end...) } else { plain.append(holeByte) }
    }

    private static func text(_ part: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        for byte in part {
            if byte == holeByte { bytes.append(contentsOf: hole.utf8) } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
