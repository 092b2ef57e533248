internal import SignalModel

/// An address of the web in its parts, `url.domain`, `url.path` and so on.
struct URIPartsProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let keepsOriginal: Bool
    private let removes: Bool
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: "url")
        keepsOriginal = try options.bool("keep_original", default: true)
        removes = try options.bool("remove_if_successful", default: false)
        ignoresMissing = try options.bool("ignore_missing", default: false)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot process it.") }
        let text = try text(value, path)
        guard var parts = Self.parts(text) else { throw ProcessorFailure("unable to parse URI [\(text)]") }
        if keepsOriginal { parts["original"] = .string(text) }
        let to = try target.path(document)
        if removes, path.text != to.text { try document.remove(path) }
        try document.set(to, .object(parts))
    }

    /// RFC 3986, appendix B. Escapes are decoded; in the address of a page with characters that an address may not have
    /// everything stays as it is, as in Java's two classes.
    static func parts(_ text: String) -> DocumentObject? {
        let isProper = isProper(text)
        guard !text.isEmpty, isProper || pageSchemes.contains(where: { text.lowercased().hasPrefix($0 + ":") }) else {
            return nil
        }
        func value(_ part: Substring) -> DocumentValue { .string(isProper ? decoded(part) : String(part)) }
        var rest = text[...]
        var parts = DocumentObject()
        if let hash = rest.firstIndex(of: "#") {
            parts["fragment"] = value(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            parts["query"] = value(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: ":"),
            rest[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }),
            rest.first?.isLetter == true
        {
            parts["scheme"] = .string(String(rest[..<colon]))
            rest = rest[rest.index(after: colon)...]
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            guard authority(rest[..<end], value, &parts) else { return nil }
            rest = rest[end...]
        }
        parts["path"] = value(rest)
        let file = rest[(rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex)...]
        if let dot = file.lastIndex(of: "."), file.index(after: dot) < file.endIndex {
            parts["extension"] = value(file[file.index(after: dot)...])
        }
        return parts
    }

    private static func authority(
        _ text: Substring, _ value: (Substring) -> DocumentValue, _ parts: inout DocumentObject
    ) -> Bool {
        var host = text
        if let at = host.lastIndex(of: "@") {
            let user = host[..<at]
            parts["user_info"] = value(user)
            if let colon = user.firstIndex(of: ":") {
                parts["username"] = value(user[..<colon])
                parts["password"] = value(user[user.index(after: colon)...])
            }
            host = host[host.index(after: at)...]
        }
        if let colon = host.lastIndex(of: ":"), host.last != "]" {
            guard let port = Int64(host[host.index(after: colon)...]), (0...65_535).contains(port) else {
                return host.index(after: colon) == host.endIndex
            }
            parts["port"] = .integer(port)
            host = host[..<colon]
        }
        parts["domain"] = .string(String(host))
        return true
    }

    private static let pageSchemes = ["http", "https", "ftp", "file"]

    /// Without blanks, control characters and the like, and with two digits behind each percent sign.
    private static func isProper(_ text: String) -> Bool {
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte <= 0x20 || byte == 0x7f || "\"<>\\^`{|}".utf8.contains(byte) { return false }
            if byte == UInt8(ascii: "%"), hexadecimal(rest.prefix(2)) == nil { return false }
        }
        return true
    }

    private static func decoded(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = part.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexadecimal(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ digits: Substring.UTF8View) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt8(Substring(digits), radix: 16)
    }
}
