/// Source to tokens, after the rules of Go's text/template: `{{` and `}}`, trim markers with their space,
/// comments, quoted and raw strings.
struct TemplateLexer {
    private let bytes: [UInt8]
    private let name: String
    private var cursor = 0
    private var tokens: [TemplateToken] = []
    /// Set by a `-}}`: the next text loses its leading white space.
    private var trimsNextText = false

    init(_ source: String, name: String) {
        bytes = Array(source.utf8)
        self.name = name
    }

    mutating func tokenize() throws(TemplateError) -> [TemplateToken] {
        while cursor < bytes.count {
            let start = cursor
            let opening = find("{{", from: cursor)
            let textEnd = opening ?? bytes.count
            cursor = textEnd
            let trimsBefore = opening.map { hasTrimMarker(after: $0 + 2) } ?? false
            addText(start, textEnd, trimsEnd: trimsBefore)
            guard opening != nil else { break }
            try lexAction(trims: trimsBefore)
        }
        add(.endOfInput, from: bytes.count)
        return tokens
    }

    // MARK: Text and delimiters

    private mutating func addText(_ start: Int, _ end: Int, trimsEnd: Bool) {
        var start = start
        var end = end
        if trimsNextText {
            while start < end, isSpace(bytes[start]) { start += 1 }
        }
        trimsNextText = false
        if trimsEnd {
            while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        }
        guard start < end else { return }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        tokens.append(TemplateToken(kind: .text(text), offset: start, end: end, followsSpace: false))
    }

    /// `- ` right after `{{`: a minus without the space is a number's sign.
    private func hasTrimMarker(after offset: Int) -> Bool {
        offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: "-") && isSpace(bytes[offset + 1])
    }

    private mutating func lexAction(trims: Bool) throws(TemplateError) {
        let start = cursor
        cursor += trims ? 4 : 2
        if matches("/*") { return try lexComment(from: start) }
        tokens.append(TemplateToken(kind: .leftDelimiter, offset: start, end: cursor, followsSpace: false))
        while true {
            let spaceStart = cursor
            while cursor < bytes.count, isSpace(bytes[cursor]) { cursor += 1 }
            let followsSpace = cursor > spaceStart
            if cursor >= bytes.count { throw error(at: start, "unclosed action") }
            if followsSpace, matches("-}}") {
                add(.rightDelimiter, from: cursor, advancing: 3)
                trimsNextText = true
                return
            }
            if matches("}}") { return add(.rightDelimiter, from: cursor, advancing: 2) }
            try lexInside(followsSpace: followsSpace)
        }
    }

    private mutating func lexComment(from start: Int) throws(TemplateError) {
        guard let close = find("*/", from: cursor + 2) else { throw error(at: start, "unclosed comment") }
        cursor = close + 2
        if cursor < bytes.count, isSpace(bytes[cursor]), matches("-}}", at: cursor + 1) {
            cursor += 4
            trimsNextText = true
            return
        }
        guard matches("}}") else { throw error(at: start, "comment ends before closing delimiter") }
        cursor += 2
    }

    // MARK: Inside an action

    private mutating func lexInside(followsSpace: Bool) throws(TemplateError) {
        let start = cursor
        let byte = bytes[cursor]
        let next = cursor + 1 < bytes.count ? bytes[cursor + 1] : 0
        switch byte {
        case UInt8(ascii: "|"): add(.pipe, from: start, advancing: 1, followsSpace)
        case UInt8(ascii: "("): add(.leftParenthesis, from: start, advancing: 1, followsSpace)
        case UInt8(ascii: ")"): add(.rightParenthesis, from: start, advancing: 1, followsSpace)
        case UInt8(ascii: ","): add(.comma, from: start, advancing: 1, followsSpace)
        case UInt8(ascii: ":"):
            guard next == UInt8(ascii: "=") else { throw error(at: start, "expected :=") }
            add(.declare, from: start, advancing: 2, followsSpace)
        case UInt8(ascii: "="): add(.assign, from: start, advancing: 1, followsSpace)
        case UInt8(ascii: "\""): try lexQuoted(followsSpace)
        case UInt8(ascii: "`"): try lexRaw(followsSpace)
        case UInt8(ascii: "'"): try lexCharacter(followsSpace)
        case UInt8(ascii: "$"):
            cursor += 1
            let name = "$" + takeName()
            try endName(name, .variable(name), from: start, followsSpace)
        case UInt8(ascii: ".") where !isDigit(next):
            cursor += 1
            let name = takeName()
            if name.isEmpty { return add(.dot, from: start, followsSpace) }
            try endName(name, .field(name), from: start, followsSpace)
        case _
        where isDigit(byte) || ((byte == 0x2b || byte == 0x2d || byte == 0x2e) && (isDigit(next) || next == 0x2e)):
            try lexNumber(followsSpace)
        default:
            let name = takeName()
            guard !name.isEmpty else { throw error(at: start, "unexpected character \(shown(at: start)) in action") }
            try endName(name, .word(name), from: start, followsSpace)
        }
    }

    /// A name must end where an operand can end.
    private mutating func endName(
        _ name: String, _ kind: TemplateToken.Kind, from start: Int, _ followsSpace: Bool
    ) throws(TemplateError) {
        if cursor < bytes.count {
            let next = bytes[cursor]
            let ends =
                isSpace(next) || [".", ",", "|", ":", ")", "(", "=", "}", "-"].contains { next == UInt8(ascii: $0) }
            guard ends else { throw error(at: cursor, "bad character \(shown(at: cursor))") }
        }
        add(kind, from: start, followsSpace)
    }

    private mutating func lexQuoted(_ followsSpace: Bool) throws(TemplateError) {
        let start = cursor
        cursor += 1
        while true {
            guard cursor < bytes.count, bytes[cursor] != 0x0a else {
                throw error(at: start, "unterminated quoted string")
            }
            if bytes[cursor] == UInt8(ascii: "\\") {
                cursor += 1
            } else if bytes[cursor] == UInt8(ascii: "\"") {
                break
            }
            cursor += 1
        }
        cursor += 1
        guard let text = GoText.unquoted(bytes[(start + 1)..<(cursor - 1)]) else {
            throw error(at: start, "invalid syntax in string")
        }
        add(.string(text), from: start, followsSpace)
    }

    private mutating func lexRaw(_ followsSpace: Bool) throws(TemplateError) {
        let start = cursor
        guard let close = find("`", from: start + 1) else { throw error(at: start, "unterminated raw quoted string") }
        cursor = close + 1
        add(.string(String(decoding: bytes[(start + 1)..<close], as: UTF8.self)), from: start, followsSpace)
    }

    private mutating func lexCharacter(_ followsSpace: Bool) throws(TemplateError) {
        let start = cursor
        cursor += 1
        while cursor < bytes.count, bytes[cursor] != UInt8(ascii: "'"), bytes[cursor] != 0x0a {
            cursor += bytes[cursor] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: "'") else {
            throw error(at: start, "unterminated character constant")
        }
        cursor += 1
        let scalars = GoText.unquoted(bytes[(start + 1)..<(cursor - 1)])?.unicodeScalars
        guard let scalars, scalars.count == 1, let scalar = scalars.first else {
            throw error(at: start, "malformed character constant")
        }
        add(.character(scalar), from: start, followsSpace)
    }

    private mutating func lexNumber(_ followsSpace: Bool) throws(TemplateError) {
        let start = cursor
        cursor += 1
        while cursor < bytes.count {
            let byte = bytes[cursor]
            let isSign = byte == 0x2b || byte == 0x2d
            let followsExponent = [UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "p")].contains(
                bytes[cursor - 1])
            guard isNamePart(byte) || byte == 0x2e || (isSign && followsExponent) else { break }
            cursor += 1
        }
        add(.number(String(decoding: bytes[start..<cursor], as: UTF8.self)), from: start, followsSpace)
    }

    private mutating func takeName() -> String {
        let start = cursor
        while cursor < bytes.count, isNamePart(bytes[cursor]) { cursor += 1 }
        return String(decoding: bytes[start..<cursor], as: UTF8.self)
    }

    // MARK: Bytes

    private mutating func add(
        _ kind: TemplateToken.Kind, from start: Int, advancing count: Int = 0, _ followsSpace: Bool = false
    ) {
        cursor += count
        tokens.append(TemplateToken(kind: kind, offset: start, end: max(start, cursor), followsSpace: followsSpace))
    }

    private func matches(_ text: StaticString, at offset: Int? = nil) -> Bool {
        let offset = offset ?? cursor
        guard offset + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[offset..<offset + $0.count]) }
    }

    private func find(_ text: StaticString, from start: Int) -> Int? {
        var offset = start
        while offset + text.utf8CodeUnitCount <= bytes.count {
            if matches(text, at: offset) { return offset }
            offset += 1
        }
        return nil
    }

    /// Letters of any script count as in Go: every byte beyond ASCII belongs to a name.
    private func isNamePart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }

    private func shown(at offset: Int) -> String {
        GoText.quotedCharacter(String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first)
    }

    private func error(at offset: Int, _ message: String) -> TemplateError {
        let place = TemplateSource.place(of: offset, in: bytes)
        return TemplateError(line: place.line, column: place.column, message: message, name: name)
    }
}
