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

    /// RFC 3986, appendix B; without its `mailto:` kind.
    static func parts(_ text: String) -> DocumentObject? {
        guard !text.isEmpty, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3c || $0 == 0x3e })
        else {
            return nil
        }
        var rest = text[...]
        var parts = DocumentObject()
        if let hash = rest.firstIndex(of: "#") {
            parts["fragment"] = .string(String(rest[rest.index(after: hash)...]))
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            parts["query"] = .string(String(rest[rest.index(after: mark)...]))
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
            guard authority(rest[..<end], &parts) else { return nil }
            rest = rest[end...]
        }
        parts["path"] = .string(String(rest))
        let file = rest[(rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex)...]
        if let dot = file.lastIndex(of: "."), file.index(after: dot) < file.endIndex {
            parts["extension"] = .string(String(file[file.index(after: dot)...]))
        }
        return parts
    }

    private static func authority(_ text: Substring, _ parts: inout DocumentObject) -> Bool {
        var host = text
        if let at = host.lastIndex(of: "@") {
            let user = host[..<at]
            parts["user_info"] = .string(String(user))
            let pair = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            parts["username"] = .string(String(pair[0]))
            if pair.count == 2 { parts["password"] = .string(String(pair[1])) }
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
}
