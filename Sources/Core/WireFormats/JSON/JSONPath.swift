/// Where in a JSON document something stands: a JSON pointer (RFC 6901), `/check/name`, or the same with dots,
/// `check.name`. A number is a place in an array.
package struct JSONPath: Sendable, Hashable, CustomStringConvertible {
    private let parts: [String]
    package let description: String

    /// Longer ones are refused: no document is as deep.
    private static let partsMax = JSONValue.depthMax

    /// What `init` wants, for messages.
    package static let rule = "a JSON pointer such as /check/name, or dotted as check.name"

    /// Nil when `text` is neither form.
    package init?(_ text: String) {
        description = text
        if text.hasPrefix("/") {
            var parts: [String] = []
            for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
                guard let part = Self.unescaped(part) else { return nil }
                parts.append(part)
            }
            self.parts = parts
        } else {
            parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        }
        guard parts.count <= Self.partsMax else { return nil }
    }

    /// `~1` is a slash and `~0` a tilde; another tilde is a mistake.
    private static func unescaped(_ part: Substring) -> String? {
        var result = ""
        var characters = part.makeIterator()
        while let character = characters.next() {
            guard character == "~" else {
                result.append(character)
                continue
            }
            switch characters.next() {
            case "0": result.append("~")
            case "1": result.append("/")
            default: return nil
            }
        }
        return result
    }

    /// What stands there; nil when nothing, or null, does.
    package func find(in document: JSONValue) -> JSONValue? {
        var value = document
        for part in parts {
            switch value {
            case .object:
                guard let next = value[part] else { return nil }
                value = next
            case .array(let elements):
                guard let index = Int(part), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value == .null ? nil : value
    }
}
