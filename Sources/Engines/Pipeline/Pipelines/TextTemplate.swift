internal import SignalModel

/// A text with `{{field}}` and `{{{field}}}` in it, mustache's tags for values: the former escaped as in a JSON
/// string, as Elasticsearch does unless told otherwise, the latter as it is. What is not there is nothing.
struct TextTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case value(FieldPath, isEscaped: Bool)
    }

    let text: String
    private let parts: [Part]

    /// Nil when it is the same for every document.
    var constant: String? {
        switch parts.count {
        case 0: ""
        case 1: if case .text(let text) = parts[0] { text } else { nil }
        default: nil
        }
    }

    /// Throws what is wrong with a tag.
    init(_ text: String, escapes: Bool = true) throws(PipelineDefinitionError) {
        self.text = text
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.range(of: "{{") {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            var inner = rest[start.upperBound...]
            let isTriple = inner.first == "{"
            if isTriple { inner.removeFirst() }
            guard let end = inner.range(of: isTriple ? "}}}" : "}}") else {
                throw PipelineDefinitionError("Improperly closed variable in [\(text)]")
            }
            var name = inner[..<end.lowerBound].trimmed
            rest = inner[end.upperBound...]
            if name.first == "!" { continue }
            let isRaw = name.first == "&"
            if isRaw { name = name.dropFirst().trimmed }
            if let mark = name.first, "#^/>=<$".contains(mark) {
                throw PipelineDefinitionError("the tag [\(mark)] of mustache is not supported in [\(text)]")
            }
            guard let path = try? FieldPath(String(name)) else {
                throw PipelineDefinitionError("a tag without a field in [\(text)]")
            }
            parts.append(.value(path, isEscaped: escapes && !isTriple && !isRaw))
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    func rendered(_ document: IngestDocument) throws(ProcessorFailure) -> String {
        if let constant { return constant }
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .value(let path, let isEscaped):
                guard let value = document.find(path), value != .null else { continue }
                result += isEscaped ? Self.escaped(value.javaText) : value.javaText
            }
            guard result.utf8.count <= StepBudget.valueBytesMax else {
                throw ProcessorFailure("a value of more than \(StepBudget.valueBytesMax) bytes")
            }
        }
        return result
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{c}": result += "\\f"
            case ..<" ":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension StringProtocol {
    /// Without blanks around it.
    var trimmed: Substring {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return Substring(self[start...end])
    }

    /// The first place of `part`.
    func range(of part: String) -> Range<Index>? {
        guard let first = part.utf8.first else { return nil }
        var place = startIndex
        let bytes = utf8
        while let found = bytes[place...].firstIndex(of: first) {
            if bytes[found...].starts(with: part.utf8) {
                return found..<bytes.index(found, offsetBy: part.utf8.count)
            }
            place = bytes.index(after: found)
        }
        return nil
    }
}
