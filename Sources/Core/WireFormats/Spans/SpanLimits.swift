/// What one span may hold. Texts beyond are cut off, and the sender is told; spans beyond are refused by themselves.
package struct SpanLimits: Sendable, Hashable {
    /// A longer text of an attribute, a message or a stack is cut off.
    package var textBytesMax = 64 << 10
    /// A longer name of an operation, a service or an attribute is cut off.
    package var nameBytesMax = 1024
    /// Attributes of one span, event or resource, elements counted; one with more is refused.
    package var fieldsMax = 2048
    /// Events and links of one span; one with more is refused.
    package var eventsMax = 4096

    package init() {}
}

/// What became of a request's spans.
package struct SpanReport: Sendable, Hashable {
    package var accepted = 0
    package var rejected = 0
    /// Texts that were cut off.
    package var cut = 0
    /// Why the first one was rejected, with its place; or which text was cut off.
    package var message = ""

    package init() {}

    package mutating func reject(_ place: String, _ reason: String) {
        if rejected == 0 { message = "\(place): \(reason)" }
        rejected += 1
    }

    package mutating func noteCut(_ limit: Int) {
        cut += 1
        if message.isEmpty { message = "a text longer than \(limit) bytes was cut off" }
    }
}
