/// Unicode's simple case mapping, one scalar to one, as Go's `strings.ToLower` and `ToUpper` do it: `ß` stays `ß`.
enum SimpleCase {
    static func lowered(_ text: String) -> String {
        map(text) { scalar in
            // The one scalar whose full mapping is longer though it has a simple one.
            scalar == "\u{130}" ? "i" : single(scalar.properties.lowercaseMapping)
        }
    }

    static func raised(_ text: String) -> String {
        // Where the full mapping is longer, the titlecase one is the simple one, if there is any.
        map(text) { single($0.properties.uppercaseMapping) ?? single($0.properties.titlecaseMapping) }
    }

    private static func map(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(change(scalar) ?? scalar) }
        return String(result)
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.dropFirst().isEmpty ? scalars.first : nil
    }
}
