import Logs
import SignalModel
import Traces

/// Tempo's tags and the fields behind them.
enum TempoTags {
    struct Scope {
        var name: String
        var tags: [String]
    }

    private static let intrinsics = [
        ("duration", SpanFields.duration), ("kind", SpanFields.kind), ("name", SpanFields.name),
        ("status", SpanFields.status), ("statusMessage", SpanFields.statusMessage),
    ]

    static func byScope(_ fields: [String]) -> [Scope] {
        var resource: Set<String> = []
        var span: Set<String> = []
        var instrumentation: Set<String> = []
        for field in fields {
            if field == SpanFields.service || field == SpanFields.version { resource.insert(field) }
            if field.hasPrefix(SpanFields.resourcePrefix) {
                resource.insert(String(field.dropFirst(SpanFields.resourcePrefix.count)))
            } else if field.hasPrefix(SpanFields.attributePrefix) {
                span.insert(String(field.dropFirst(SpanFields.attributePrefix.count)))
            } else if field.hasPrefix(SpanFields.scopePrefix) {
                instrumentation.insert(String(field.dropFirst(SpanFields.scopePrefix.count)))
            }
        }
        return [
            Scope(name: "resource", tags: resource.sorted()), Scope(name: "span", tags: span.sorted()),
            Scope(name: "instrumentation", tags: instrumentation.sorted()),
            Scope(name: "intrinsic", tags: intrinsics.map(\.0)),
        ].filter { !$0.tags.isEmpty }
    }

    /// A tag with its scope, with a dot for any scope, or bare.
    static func fields(_ tag: String) -> [String] {
        if let field = intrinsics.first(where: { $0.0 == tag })?.1 { return [field] }
        func resource(_ name: String) -> String {
            name == SpanFields.service || name == SpanFields.version ? name : SpanFields.resourcePrefix + name
        }
        if tag.hasPrefix("resource.") { return [resource(String(tag.dropFirst(9)))] }
        if tag.hasPrefix("span.") { return [SpanFields.attributePrefix + tag.dropFirst(5)] }
        if tag.hasPrefix("instrumentation.") { return [SpanFields.scopePrefix + tag.dropFirst(16)] }
        let name = tag.hasPrefix(".") ? String(tag.dropFirst()) : tag
        return [resource(name), SpanFields.attributePrefix + name]
    }

    /// What tags whose values are known beforehand can be.
    static func words(_ tag: String) -> [String]? {
        switch tag {
        case "status": Span.Status.allCases.map(\.text)
        case "kind": Span.Kind.allCases.map(\.text)
        default: nil
        }
    }

    static func type(_ kind: LogBatch.Kind) -> String {
        switch kind {
        case .null, .string: "string"
        case .bool: "bool"
        case .integer: "int"
        case .double: "float"
        }
    }
}
