/// A look at the bytes before the parser builds its tree, for what would blow up inside it: aliases are expanded
/// while keys are compared, and nesting is walked recursively. It only has to be right about what is dangerous;
/// everything else is left to the exact checks on the tree.
enum SuspiciousYAML {
    /// So few aliases multiply a file by less than a hundred.
    private static let aliasesMax = 10
    /// For files that may have them.
    private static let wantedAliasesMax = 1000
    /// Brackets open at one place of the text, or `- - -` on one line; deeper files are refused.
    private static let nestingMax = 64

    static func problem(in text: String, hasAliases: Bool = false) -> (line: Int, column: Int, message: String)? {
        var anchors = 0
        var aliases = 0
        var brackets = 0
        var dashes = 0
        var line = 1
        var column = 0
        var previous: UInt8 = 0x0a
        for byte in text.utf8 {
            column += 1
            switch previous {
            case UInt8(ascii: "&") where !isSpace(byte): anchors += 1
            case UInt8(ascii: "*") where !isSpace(byte): aliases += 1
            default: break
            }
            switch byte {
            case 0x0a:
                line += 1
                column = 0
                dashes = 0
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            case UInt8(ascii: "-"), UInt8(ascii: "?"): if isSpace(previous) { dashes += 1 }
            default: break
            }
            if anchors > 0, hasAliases, aliases > wantedAliasesMax {
                return (line, column, "more than \(wantedAliasesMax) aliases")
            }
            if anchors > 0, !hasAliases, aliases > aliasesMax { return (line, column, YAMLDocument.aliasMessage) }
            if brackets > nestingMax || dashes > nestingMax {
                return (line, column, "nested deeper than \(nestingMax) levels")
            }
            previous = byte
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
}
