import Basics
import HTTPTypes
import SignalModel

/// `_source`: which parts of documents an answer has.
struct SourceChoice: Sendable {
    var isWanted = true
    var includes: [String] = []
    var excludes: [String] = []

    init() {}

    init(_ value: DocumentValue) throws {
        switch value {
        case .bool(let flag): isWanted = flag
        case .object(let object):
            includes = Self.names(object["includes"] ?? object["include"])
            excludes = Self.names(object["excludes"] ?? object["exclude"])
        case .string, .array: includes = Self.names(value)
        default: throw ElasticsearchError(.badRequest, "parsing_exception", "[_source] takes names or true or false")
        }
        try SearchRequest.checkNames(includes.count + excludes.count, of: "_source")
    }

    private static func names(_ value: DocumentValue?) -> [String] {
        switch value {
        case .string(let name): return name.split(separator: ",").map(String.init)
        case .array(let elements):
            return elements.compactMap { if case .string(let name) = $0 { name } else { nil } }
        default: return []
        }
    }

    var isWhole: Bool { isWanted && includes.isEmpty && excludes.isEmpty }

    func applied(to document: DocumentObject) -> DocumentObject { filtered(document, path: "") }

    private func filtered(_ object: DocumentObject, path: String) -> DocumentObject {
        var result = DocumentObject()
        for member in object.members {
            let inner = path.isEmpty ? member.name : path + "." + member.name
            if excludes.contains(where: { Self.covers($0, inner) }) { continue }
            switch member.value {
            case .object(let nested):
                let rest = filtered(nested, path: inner)
                if !rest.isEmpty || includes.contains(where: { Self.covers($0, inner) }) {
                    result[member.name] = .object(rest)
                }
            default:
                if includes.isEmpty || includes.contains(where: { Self.covers($0, inner) }) {
                    result[member.name] = member.value
                }
            }
        }
        return result
    }

    /// Whether a pattern names the path, or an object above it.
    private static func covers(_ pattern: String, _ path: String) -> Bool {
        Wildcard.matches(path, pattern) || Wildcard.matches(path, pattern + ".*")
    }
}
