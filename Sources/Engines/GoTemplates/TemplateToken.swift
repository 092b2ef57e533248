/// One piece of a template's source.
struct TemplateToken: Hashable {
    enum Kind: Hashable {
        /// Literal text between actions, trimmed as the neighbouring actions ask.
        case text(String)
        case leftDelimiter
        case rightDelimiter
        /// A function name or keyword.
        case word(String)
        /// `.name`, without the dot.
        case field(String)
        /// `.` alone.
        case dot
        /// `$name`, or `$` alone.
        case variable(String)
        case string(String)
        case character(Unicode.Scalar)
        case number(String)
        case pipe
        case leftParenthesis
        case rightParenthesis
        case comma
        case declare
        case assign
        case endOfInput
    }

    var kind: Kind
    /// Byte offset into the source.
    var offset: Int
    /// One past the last byte.
    var end: Int
    /// Whether white space stands before it: `.A .B` are two operands, `.A.B` is one.
    var followsSpace: Bool
}

extension TemplateToken {
    /// As it is named in an error.
    var shown: String {
        switch kind {
        case .text: "text"
        case .leftDelimiter: "\"{{\""
        case .rightDelimiter: "\"}}\""
        case .word(let word): "<\(word)>"
        case .field(let name): "<.\(name)>"
        case .dot: "<.>"
        case .variable(let name): "\"\(name)\""
        case .string: "string"
        case .character: "character"
        case .number(let text): "\"\(text)\""
        case .pipe: "\"|\""
        case .leftParenthesis: "\"(\""
        case .rightParenthesis: "\")\""
        case .comma: "\",\""
        case .declare: "\":=\""
        case .assign: "\"=\""
        case .endOfInput: "end of template"
        }
    }
}
