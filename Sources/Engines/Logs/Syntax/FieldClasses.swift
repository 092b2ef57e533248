/// Which fields are text, searched by their words, rather than keywords, compared whole. By ECS the former are few:
/// messages and stack traces. Index templates of senders may name more.
package struct FieldClasses: Sendable, Hashable {
    package enum Class: Sendable, Hashable {
        case keyword, text
    }

    private var exceptions: [String: Class] = [:]

    package init(exceptions: [String: Class] = [:]) { self.exceptions = exceptions }

    package func `class`(of field: String) -> Class {
        if !exceptions.isEmpty, let exception = exceptions[field] { return exception }
        return Self.isOfText(field, "message") || Self.isOfText(field, "stack_trace") ? .text : .keyword
    }

    /// Whether the last part of a dotted name is `last`.
    private static func isOfText(_ field: String, _ last: String) -> Bool {
        guard field.utf8.count > last.utf8.count else { return field == last }
        return field.hasSuffix(last) && field.utf8.dropLast(last.utf8.count).last == UInt8(ascii: ".")
    }
}
