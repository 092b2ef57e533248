package import SignalModel

/// Label sets as unit tests and query scripts write them: `name{a="b", "a b"="c"}`, `{"name", a="b"}`.
package enum LabelText {
    /// The labels at the start of `text` and what follows them.
    package static func parse(_ text: String) throws(SeriesDescription.Malformed) -> (Labels, rest: Substring) {
        var rest = text.drop(while: \.isWhitespace)
        var builder = LabelsBuilder()
        let name = rest.prefix { !$0.isWhitespace && $0 != "{" }
        rest = rest[name.endIndex...]
        if !name.isEmpty { builder.set(Labels.metricName, String(name)) }
        rest = rest.drop(while: \.isWhitespace)
        guard rest.first == "{", !rest.hasPrefix("{{") else { return (builder.labels(), rest) }
        rest.removeFirst()
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == "," }
            guard let next = rest.first else {
                throw SeriesDescription.Malformed(line: text, reason: "labels without an end")
            }
            if next == "}" { return (builder.labels(), rest.dropFirst()) }
            let name = try next == "\"" ? string(&rest, text) : word(&rest)
            rest = rest.drop(while: \.isWhitespace)
            guard !name.isEmpty else {
                throw SeriesDescription.Malformed(line: text, reason: "a label without a name")
            }
            if rest.first == "=" {
                rest = rest.dropFirst().drop(while: \.isWhitespace)
                builder.set(name, try string(&rest, text))
            } else {
                builder.set(Labels.metricName, name)
            }
        }
    }

    private static func word(_ rest: inout Substring) -> String {
        let word = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != "}" && $0 != "," }
        rest = rest[word.endIndex...]
        return String(word)
    }

    private static func string(_ rest: inout Substring, _ text: String) throws(SeriesDescription.Malformed) -> String
    {
        guard let quote = rest.first, "\"'`".contains(quote) else {
            throw SeriesDescription.Malformed(line: text, reason: "a label value without quotes")
        }
        rest.removeFirst()
        var result = ""
        while let character = rest.first, character != quote {
            rest.removeFirst()
            guard character == "\\", quote != "`", let escaped = rest.first else {
                result.append(character)
                continue
            }
            rest.removeFirst()
            result.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
        }
        guard !rest.isEmpty else {
            throw SeriesDescription.Malformed(line: text, reason: "a string without an end")
        }
        rest.removeFirst()
        return result
    }
}
