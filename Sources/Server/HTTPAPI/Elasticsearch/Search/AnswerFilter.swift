import Basics
import SignalModel

/// `filter_path` over an answer of any shape: `hits.hits._source`, `aggregations.*.buckets`, `**.key`, `-took`.
struct AnswerFilter {
    private typealias Pattern = ArraySlice<Substring>

    private var wanted: [Pattern] = []
    private var unwanted: [Pattern] = []

    /// Nil when all of an answer is wanted.
    init?(_ text: String?) throws {
        let patterns = (text ?? "").split(separator: ",")
        guard !patterns.isEmpty else { return nil }
        guard patterns.count <= FilterPath.patternsMax else {
            throw ElasticsearchError.badArgument("filter_path has more than \(FilterPath.patternsMax) patterns")
        }
        for pattern in patterns {
            if pattern.hasPrefix("-") {
                unwanted.append(pattern.dropFirst().split(separator: ".")[...])
            } else {
                wanted.append(pattern.split(separator: ".")[...])
            }
        }
    }

    func applied(to answer: DocumentValue) -> DocumentValue {
        let kept = wanted.isEmpty ? answer : Self.kept(answer, wanted) ?? .object(DocumentObject())
        return unwanted.isEmpty ? kept : Self.without(kept, unwanted)
    }

    /// What is left of the patterns inside the member `name`.
    private static func following(_ patterns: [Pattern], _ name: String) -> [Pattern] {
        var result: [Pattern] = []
        for pattern in patterns {
            guard let first = pattern.first else { continue }
            if first == "**" {
                result.append(pattern)
                let rest = pattern.dropFirst()
                if let next = rest.first, Wildcard.matches(name, next) { result.append(rest.dropFirst()) }
            } else if Wildcard.matches(name, first) {
                result.append(pattern.dropFirst())
            }
        }
        return result
    }

    private static func kept(_ value: DocumentValue, _ patterns: [Pattern]) -> DocumentValue? {
        if patterns.contains(where: \.isEmpty) { return value }
        switch value {
        case .object(let object):
            var result = DocumentObject()
            for member in object.members {
                let rest = following(patterns, member.name)
                if !rest.isEmpty, let inner = kept(member.value, rest) { result[member.name] = inner }
            }
            return result.isEmpty ? nil : .object(result)
        case .array(let elements):
            let inner = elements.compactMap { kept($0, patterns) }
            return inner.isEmpty ? nil : .array(inner)
        default: return nil
        }
    }

    private static func without(_ value: DocumentValue, _ patterns: [Pattern]) -> DocumentValue {
        switch value {
        case .object(let object):
            var result = DocumentObject()
            for member in object.members {
                let rest = following(patterns, member.name)
                if rest.contains(where: \.isEmpty) { continue }
                result[member.name] = rest.isEmpty ? member.value : without(member.value, rest)
            }
            return .object(result)
        case .array(let elements): return .array(elements.map { without($0, patterns) })
        default: return value
        }
    }
}
