import SignalModel

/// Lines that begin with a number sign: nothing but descriptions and the end of it all.
extension OpenMetricsParser {
    enum Comment {
        case description
        case end
    }

    /// After `.end` the cursor stands behind the word.
    mutating func parseComment(
        _ scanner: inout ExpositionScanner, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) -> Comment {
        let start = scanner.place
        scanner.advance()
        guard scanner.peek == 0x20 else {
            throw TextExpositionParser.expected("a blank after the number sign", scanner)
        }
        scanner.advance()
        let keyword = String(decoding: scanner.readable[scanner.word().prefix(8)], as: UTF8.self)
        if keyword == "EOF" { return .end }
        guard keyword == "HELP" || keyword == "TYPE" || keyword == "UNIT" else {
            throw WireFormatError(.malformed, start, "a comment other than HELP, TYPE, UNIT and EOF")
        }
        guard scanner.peek == 0x20 else {
            throw TextExpositionParser.expected("a metric name after \(keyword)", scanner)
        }
        scanner.advance()
        let isQuoted = scanner.peek == UInt8(ascii: "\"")
        let name = isQuoted ? try scanner.quotedText() : scanner.identifier(colonAllowed: true)
        guard !name.isEmpty, scanner.peek == 0x20 else {
            throw TextExpositionParser.expected(
                name.isEmpty ? "a metric name after \(keyword)" : "a blank and a text after the metric name", scanner)
        }
        scanner.advance()
        let place = scanner.place
        let textStart = scanner.cursor
        while scanner.peek != 0x0a { scanner.advance() }
        let text = textStart..<scanner.cursor
        try describe(keyword, name, text, scanner, place, &batch)
        scanner.endLine()
        return .description
    }

    private mutating func describe(
        _ keyword: String, _ name: Range<Int>, _ text: Range<Int>, _ scanner: ExpositionScanner,
        _ place: WireFormatError.Place, _ batch: inout ScrapeBatch
    ) throws(WireFormatError) {
        let bytes = scanner.readable
        let metric = MetadataText.bounded(bytes, name)
        switch keyword {
        case "HELP":
            guard isValidUTF8(bytes, text) else {
                throw WireFormatError(.malformed, place, "a help text that is not valid UTF-8")
            }
            metadata.note(metric, in: &batch) { record in
                record.help = Self.unescaped(MetadataText.bounded(bytes, text))
            }
        case "TYPE":
            guard let known = MetricType(rawValue: String(decoding: bytes[text.prefix(32)], as: UTF8.self)) else {
                throw WireFormatError(
                    .malformed, place, "\(TextExpositionParser.excerpt(text, scanner)) is no metric type")
            }
            type = known
            metadata.note(metric, in: &batch) { $0.type = known }
        default:
            guard text.isEmpty || Self.isUnit(bytes[text], of: bytes[name]) else {
                throw WireFormatError(
                    .malformed, place,
                    "unit \(TextExpositionParser.excerpt(text, scanner)) is not a suffix of metric \(quoted(metric))")
            }
            metadata.note(metric, in: &batch) { $0.unit = MetadataText.bounded(bytes, text) }
        }
    }

    /// Whether the name ends with an underscore and the unit.
    static func isUnit(_ unit: Slice<UnsafeRawBufferPointer>, of name: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard name.count > unit.count, name.suffix(unit.count).elementsEqual(unit) else { return false }
        return name[name.endIndex - unit.count - 1] == UInt8(ascii: "_")
    }

    /// As in label values: also a quotation mark may be escaped.
    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        var result = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            switch (isEscaped, scalar) {
            case (false, "\\"):
                isEscaped = true
                continue
            case (true, "n"): result += "\n"
            case (true, "\\"), (true, "\""): result.unicodeScalars.append(scalar)
            case (true, _):
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
            isEscaped = false
        }
        return isEscaped ? result + "\\" : result
    }
}
