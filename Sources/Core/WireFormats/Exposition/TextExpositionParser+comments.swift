import SignalModel

/// Lines that begin with a number sign: what a metric is, how it is measured, remarks.
extension TextExpositionParser {
    mutating func parseComment(
        _ scanner: inout ExpositionScanner, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        scanner.advance()
        scanner.skipBlanks()
        let keyword = Self.text(scanner.word(), scanner)
        // Anything else behind the sign is a remark.
        guard keyword == "HELP" || keyword == "TYPE" || keyword == "UNIT", scanner.peek != 0x0a else {
            return scanner.skipLine()
        }
        scanner.skipBlanks()
        let isQuoted = scanner.peek == UInt8(ascii: "\"")
        let name = isQuoted ? try scanner.quotedText() : scanner.identifier(colonAllowed: true)
        guard !name.isEmpty, scanner.peek == 0x20 || scanner.peek == 0x09 || scanner.peek == 0x0a else {
            throw Self.expected("a metric name after \(keyword)", scanner)
        }
        scanner.skipBlanks()
        let place = scanner.place
        let start = scanner.cursor
        while scanner.peek != 0x0a { scanner.advance() }
        let rest = start..<scanner.cursor
        scanner.endLine()
        let metric = MetadataText.bounded(scanner.readable, name)
        if keyword == "TYPE", Self.type(rest, scanner) == nil {
            throw WireFormatError(.malformed, place, "\(Self.excerpt(rest, scanner)) is no metric type")
        }
        if keyword == "TYPE" { type = Self.type(rest, scanner) ?? .unknown }
        metadata.note(metric, in: &batch) { record in
            switch keyword {
            case "HELP": record.help = Self.unescapedHelp(MetadataText.bounded(scanner.readable, rest))
            case "UNIT": record.unit = MetadataText.bounded(scanner.readable, rest)
            default: record.type = Self.type(rest, scanner) ?? .unknown
            }
        }
    }

    private static func type(_ range: Range<Int>, _ scanner: ExpositionScanner) -> MetricType? {
        let word = text(range, scanner)
        return word == "untyped" ? .unknown : MetricType(rawValue: word)
    }

    private static func unescapedHelp(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        var result = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            switch (isEscaped, scalar) {
            case (false, "\\"): isEscaped = true
            case (true, "n"): (isEscaped, result) = (false, result + "\n")
            case (true, "\\"): (isEscaped, result) = (false, result + "\\")
            case (true, _):
                result += "\\"
                result.unicodeScalars.append(scalar)
                isEscaped = false
            default: result.unicodeScalars.append(scalar)
            }
        }
        return isEscaped ? result + "\\" : result
    }

    private static func text(_ range: Range<Int>, _ scanner: ExpositionScanner) -> String {
        String(decoding: scanner.readable[range.prefix(64)], as: UTF8.self)
    }

    static func excerpt(_ range: Range<Int>, _ scanner: ExpositionScanner) -> String {
        quoted(String(decoding: scanner.readable[range.prefix(40)], as: UTF8.self))
    }

    static func expected(_ what: String, _ scanner: ExpositionScanner) -> WireFormatError {
        var found = "the end of the line"
        if scanner.peek != 0x0a { found = excerpt(scanner.cursor..<scanner.cursor + 1, scanner) }
        return WireFormatError(.malformed, scanner.place, "expected \(what), found \(found)")
    }
}
