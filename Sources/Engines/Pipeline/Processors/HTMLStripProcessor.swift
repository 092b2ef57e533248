internal import SignalModel

/// A text without tags and comments; each tag is a line's end, entities are what they stand for.
struct HTMLStripProcessor: Processor {
    private let work: TextWork

    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{a0}", "copy": "©", "reg": "®",
        "hellip": "…", "ndash": "–", "mdash": "—", "euro": "€",
    ]

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) { work = try TextWork(&options) }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        try work.run(&document) { text throws(ProcessorFailure) in .string(Self.stripped(text)) }
    }

    private static func stripped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("<!--"), let end = rest.range(of: "-->") {
                rest = rest[end.upperBound...]
            } else if character == "<", let next = rest.dropFirst().first, next.isLetter || "/!?".contains(next),
                let end = rest.firstIndex(of: ">")
            {
                result.append("\n")
                rest = rest[rest.index(after: end)...]
            } else if character == "&", let end = rest.prefix(12).firstIndex(of: ";"),
                let value = entity(rest[..<end].dropFirst())
            {
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(character)
                rest.removeFirst()
            }
        }
        return result
    }

    private static func entity(_ name: Substring) -> String? {
        guard name.first == "#" else { return entities[String(name)] }
        let isHexadecimal = name.dropFirst().first == "x"
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        return UInt32(digits, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init).map { String($0) }
    }
}
