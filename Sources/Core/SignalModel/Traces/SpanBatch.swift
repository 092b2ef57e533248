/// Spans as decoders make them and the span metrics and the store take them: packed in shared arrays, so that a span
/// costs no allocation of its own.
///
/// Ranges and numbers in spans, events, resources and so on point into the batch's own arrays; a batch read from bytes
/// has been checked for that. The elements of an array are several fields of one name, marked `isElement`; a map within
/// attributes is flattened to dotted names.
package struct SpanBatch: Sendable {
    /// A value of an attribute, as in a record of logs. Of a string: `payload` tells where it stands in `bytes`.
    package typealias Field = LogBatch.Field

    package internal(set) var bytes: [UInt8] = []
    package internal(set) var fields: [Field] = []
    package internal(set) var spans: [Span] = []
    package internal(set) var events: [SpanEvent] = []
    package internal(set) var links: [SpanLink] = []
    package internal(set) var resources: [SpanResource] = []
    /// The first one is that of spans without one.
    package internal(set) var scopes: [SpanScope] = [SpanScope(name: 0, version: 0, fields: 0..<0)]
    package internal(set) var errors: [ErrorOccurrence] = []
    package internal(set) var frames: [StackFrame] = []
    var table = SpanNames()

    package init() {}

    /// Of services, operations, attributes, types: each once; number 0 is empty.
    package var names: [String] { table.texts }

    package var isEmpty: Bool { spans.isEmpty && errors.isEmpty }

    /// What it holds in memory, about.
    package var bytesCount: Int {
        // Of a name its text twice, its hash, its end and its slots.
        2 * table.bytesCount + table.texts.count * 48 + bytes.count + fields.count * 16
            + spans.count * MemoryLayout<Span>.stride + events.count * MemoryLayout<SpanEvent>.stride + links.count
            * MemoryLayout<SpanLink>.stride
            + errors.count * MemoryLayout<ErrorOccurrence>.stride + frames.count * MemoryLayout<StackFrame>.stride
    }

    package func name(_ number: UInt32) -> String { table.texts[Int(number)] }

    // MARK: Filling it

    /// For what a message of so many bytes will need, about.
    package mutating func reserveCapacity(messageBytes: Int) {
        bytes.reserveCapacity(messageBytes / 2)
        fields.reserveCapacity(messageBytes / 40)
        spans.reserveCapacity(messageBytes / 250)
    }

    @inline(__always)
    package mutating func number(of name: UnsafeRawBufferPointer) -> UInt32 { table.number(of: name) }

    package mutating func number(of name: String) -> UInt32 { table.number(of: name) }

    /// Puts a text into `bytes`.
    package mutating func text(_ text: UnsafeRawBufferPointer) -> Range<UInt32> {
        guard text.count > 0 else { return 0..<0 }
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: text)
        return start..<UInt32(bytes.count)
    }

    package mutating func text(_ text: String) -> Range<UInt32> {
        var text = text
        return text.withUTF8 { self.text(UnsafeRawBufferPointer($0)) }
    }

    /// Where the next field goes: a range of fields is what was added between two of these.
    package var fieldsEnd: UInt32 { UInt32(fields.count) }
    package var eventsEnd: UInt32 { UInt32(events.count) }
    package var linksEnd: UInt32 { UInt32(links.count) }
    package var framesEnd: UInt32 { UInt32(frames.count) }

    @inline(__always)
    package mutating func add(_ name: UInt32, string: UnsafeRawBufferPointer, isElement: Bool = false) {
        let start = UInt64(bytes.count)
        bytes.append(contentsOf: string)
        fields.append(
            Field(name: name, kind: .string, payload: start << 32 | UInt64(string.count), isElement: isElement))
    }

    package mutating func add(_ name: UInt32, string: String, isElement: Bool = false) {
        var string = string
        string.withUTF8 { add(name, string: UnsafeRawBufferPointer($0), isElement: isElement) }
    }

    package mutating func add(_ name: UInt32, integer: Int64, isElement: Bool = false) {
        fields.append(
            Field(name: name, kind: .integer, payload: UInt64(bitPattern: integer), isElement: isElement))
    }

    package mutating func add(_ name: UInt32, double: Double, isElement: Bool = false) {
        fields.append(Field(name: name, kind: .double, payload: double.bitPattern, isElement: isElement))
    }

    package mutating func add(_ name: UInt32, bool: Bool, isElement: Bool = false) {
        fields.append(Field(name: name, kind: .bool, payload: bool ? 1 : 0, isElement: isElement))
    }

    package mutating func addNull(_ name: UInt32, isElement: Bool = false) {
        fields.append(Field(name: name, kind: .null, payload: 0, isElement: isElement))
    }

    package mutating func append(_ span: Span) { spans.append(span) }
    package mutating func append(_ event: SpanEvent) { events.append(event) }
    package mutating func append(_ link: SpanLink) { links.append(link) }
    package mutating func append(_ error: ErrorOccurrence) { errors.append(error) }
    package mutating func append(_ frame: StackFrame) { frames.append(frame) }

    package mutating func append(_ resource: SpanResource) -> UInt32 {
        resources.append(resource)
        return UInt32(resources.count - 1)
    }

    package mutating func append(_ scope: SpanScope) -> UInt32 {
        scopes.append(scope)
        return UInt32(scopes.count - 1)
    }

    // MARK: Taking back

    package struct Mark {
        var bytes, fields, spans, events, links, errors, frames, resources, scopes: Int
    }

    package var mark: Mark {
        Mark(
            bytes: bytes.count, fields: fields.count, spans: spans.count, events: events.count, links: links.count,
            errors: errors.count, frames: frames.count, resources: resources.count, scopes: scopes.count)
    }

    /// What was added since `mark`, but for names, resources and scopes, is gone: it turned out to be bad.
    package mutating func drop(since mark: Mark) {
        // Later spans have the same resources and scopes, whose fields and texts stay with them.
        let kept = resources[mark.resources...].map(\.fields) + scopes[mark.scopes...].map(\.fields)
        if kept.isEmpty { bytes.removeSubrange(mark.bytes...) }
        fields.removeSubrange(kept.reduce(mark.fields) { max($0, Int($1.upperBound)) }...)
        spans.removeSubrange(mark.spans...)
        events.removeSubrange(mark.events...)
        links.removeSubrange(mark.links...)
        errors.removeSubrange(mark.errors...)
        frames.removeSubrange(mark.frames...)
    }

    /// Of the fields added since `start`, only those stay that `keeps` says.
    package mutating func keepFields(since start: UInt32, _ keeps: (Field) -> Bool) {
        var end = Int(start)
        for index in Int(start)..<fields.count where keeps(fields[index]) {
            fields[end] = fields[index]
            end += 1
        }
        fields.removeSubrange(end...)
    }

    /// Gives the fields added since `start` up.
    package mutating func dropFields(since start: UInt32) {
        if fields.count > Int(start) { fields.removeSubrange(Int(start)...) }
    }

    /// The spans and errors that `keepsSpan` and `keepsError` say; what they point to stays.
    package func keeping(
        spans keepsSpan: (Span) -> Bool, errors keepsError: (ErrorOccurrence) -> Bool
    ) -> SpanBatch {
        var batch = self
        batch.spans.removeAll { !keepsSpan($0) }
        batch.errors.removeAll { !keepsError($0) }
        return batch
    }

    /// Gives each span the weight that `weight` says.
    package mutating func weigh(_ weight: (Span) -> Double) {
        for index in spans.indices { spans[index].weight = weight(spans[index]) }
    }

    /// Empties it, keeping its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        spans.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        links.removeAll(keepingCapacity: true)
        resources.removeAll(keepingCapacity: true)
        scopes.removeSubrange(1...)
        errors.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        table.removeAll()
    }
}

extension SpanBatch {
    /// A text of `bytes`.
    package func text(_ range: Range<UInt32>) -> String {
        String(decoding: bytes[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }

    package func text(of field: Field) -> String { String(decoding: bytes[field.bytesRange], as: UTF8.self) }

    /// Whether it is a string that reads so.
    package func isText(_ field: Field, _ text: String) -> Bool {
        field.kind == .string && bytes[field.bytesRange].elementsEqual(text.utf8)
    }

    package func resource(of span: Span) -> SpanResource { resources[Int(span.resource)] }
    package func service(of span: Span) -> String { name(resource(of: span).service) }
    package func name(of span: Span) -> String { name(span.name) }
}
