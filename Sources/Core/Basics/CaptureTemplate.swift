/// A replacement text with references to groups of a pattern, after Go's `Regexp.Expand`: `$1`, `${1}`, `$name`,
/// `$$`. A reference to no group stands for nothing; a `$` that refers to nothing stands for itself.
package struct CaptureTemplate: Sendable {
    private enum Part: Sendable {
        case text(String)
        case group(Int)
    }
    private var parts: [Part] = []

    package init(_ text: String, for pattern: RegularExpression) {
        var names: [String: Int] = [:]
        for group in 0..<pattern.groupCount {
            if let name = pattern.groupName(group + 1), names[name] == nil { names[name] = group + 1 }
        }
        var plain = ""
        var rest = text.unicodeScalars[...]
        while let dollar = rest.firstIndex(of: "$") {
            plain.unicodeScalars.append(contentsOf: rest[..<dollar])
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                plain += "$"
                rest.removeFirst()
            } else if let name = Self.reference(&rest) {
                parts.append(.text(plain))
                plain = ""
                // `$01` names no group by number, as in Go.
                let isNumber = name.allSatisfy(\.isNumber) && (name == "0" || !name.hasPrefix("0"))
                let number = isNumber ? Int(name) : names[name]
                if let number { parts.append(.group(number)) }
            } else {
                plain += "$"
            }
        }
        plain.unicodeScalars.append(contentsOf: rest)
        parts.append(.text(plain))
    }

    /// The name behind a `$`, in braces or up to the first character no name has.
    private static func reference(_ rest: inout Substring.UnicodeScalarView) -> String? {
        let isBraced = rest.first == "{"
        let body = isBraced ? rest.dropFirst() : rest
        let name = body.prefix { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
        if name.isEmpty { return nil }
        var end = name.endIndex
        if isBraced {
            guard end < body.endIndex, body[end] == "}" else { return nil }
            end = body.index(after: end)
        }
        rest = rest[end...]
        return String(name)
    }

    package func expanded(_ groups: [Substring?]) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .group(let number): if groups.indices.contains(number), let text = groups[number] { result += text }
            }
        }
        return result
    }
}
