/// Which fields are text, searched by their words, rather than keywords, compared whole. By ECS the former are few:
/// messages and stack traces. Index templates of senders may name more.
package struct FieldClasses: Sendable, Hashable {
    package enum Class: Sendable, Hashable {
        case keyword, text
    }

    private var exceptions: [String: Class] = [:]

    package init(exceptions: [String: Class] = [:]) { self.exceptions = exceptions }

    package func `class`(of field: String) -> Class {
        if let exception = exceptions[field] { return exception }
        let last = field.split(separator: ".").last ?? ""
        return last == "message" || last == "stack_trace" ? .text : .keyword
    }
}
