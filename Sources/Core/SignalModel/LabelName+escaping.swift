extension LabelName {
    /// The name with underscores for what a legacy name cannot have.
    package static func underscored(label name: String) -> String { isLegacy(name) ? name : underscored(name) }

    package static func underscored(metric name: String) -> String {
        isLegacyMetricName(name) ? name : underscored(name, ":")
    }

    private static func underscored(_ name: String, _ allowed: Unicode.Scalar...) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isKept = isLegacy("_" + String(scalar)) || allowed.contains(scalar)
            result.unicodeScalars.append(isKept ? scalar : "_")
        }
        return result.first?.isNumber == true ? "_" + result.dropFirst() : result
    }

    /// The name that `text` escapes in Prometheus' values encoding (its `model.UnescapeName`), as clients without
    /// UTF-8 write names in paths: `U__` first, then `__` for `_` and `_2e_` for the character of that hexadecimal
    /// number. A text that is not so made is its own name.
    package static func unescaped(_ text: String) -> String {
        guard text.hasPrefix("U__") else { return text }
        var name = ""
        var rest = text.unicodeScalars.dropFirst(3)
        while let scalar = rest.popFirst() {
            guard scalar == "_" else {
                name.unicodeScalars.append(scalar)
                continue
            }
            guard let end = rest.firstIndex(of: "_") else { return text }
            let digits = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if digits.isEmpty {
                name += "_"
            } else {
                guard digits.count <= 6, let number = UInt32(String(digits), radix: 16),
                    let unescaped = Unicode.Scalar(number)
                else { return text }
                name.unicodeScalars.append(unescaped)
            }
        }
        return name
    }

    /// The same the other way round, for a name that is not legacy.
    package static func escaped(_ name: String) -> String {
        var text = "U__"
        for scalar in name.unicodeScalars {
            switch scalar {
            case "_": text += "__"
            case "a"..."z", "A"..."Z", "0"..."9": text.unicodeScalars.append(scalar)
            default: text += "_" + String(scalar.value, radix: 16) + "_"
            }
        }
        return text
    }
}
