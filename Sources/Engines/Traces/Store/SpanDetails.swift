import SignalModel
import WireFormats

/// Events and links of a span, which the store keeps as one text of JSON each: people read them, searches go by errors.
enum SpanDetails {
    static func text(events span: Span, _ batch: SpanBatch) -> String {
        let events = span.events.map { place -> DocumentValue in
            let event = batch.events[Int(place)]
            var object: DocumentObject = [
                "offset_ns": .integer(event.timeNanoseconds &- span.startNanoseconds),
                "name": .string(batch.name(event.name)),
            ]
            if !event.fields.isEmpty { object["attributes"] = .object(attributes(event.fields, batch)) }
            return .object(object)
        }
        return DocumentWriter.string(of: .array(events))
    }

    static func text(links span: Span, _ batch: SpanBatch) -> String {
        let links = span.links.map { place -> DocumentValue in
            let link = batch.links[Int(place)]
            var object: DocumentObject = [
                "trace_id": .string(link.trace.hexadecimal), "span_id": .string(SpanID(link.span).hexadecimal),
            ]
            if !link.traceState.isEmpty { object["trace_state"] = .string(batch.text(link.traceState)) }
            if !link.fields.isEmpty { object["attributes"] = .object(attributes(link.fields, batch)) }
            return .object(object)
        }
        return DocumentWriter.string(of: .array(links))
    }

    private static func attributes(_ fields: Range<UInt32>, _ batch: SpanBatch) -> DocumentObject {
        var object = DocumentObject()
        for place in fields {
            let field = batch.fields[Int(place)]
            let value = value(field, batch)
            let name = batch.name(field.name)
            guard field.isElement else {
                object[name] = value
                continue
            }
            if case .array(let elements) = object[name] {
                object[name] = .array(elements + [value])
            } else {
                object[name] = .array([value])
            }
        }
        return object
    }

    private static func value(_ field: SpanBatch.Field, _ batch: SpanBatch) -> DocumentValue {
        switch field.kind {
        case .null: .null
        case .bool: .bool(field.payload != 0)
        case .integer: .integer(Int64(bitPattern: field.payload))
        case .double: .double(Double(bitPattern: field.payload))
        case .string: .string(batch.text(of: field))
        }
    }

    // MARK: Reading

    static func events(_ text: String, start: Int64) -> [StoredSpan.Event] {
        objects(text).map { object in
            var offset: Int64 = 0
            if case .integer(let value) = object["offset_ns"] { offset = value }
            return StoredSpan.Event(
                timeNanoseconds: start &+ offset, name: string(object["name"]), attributes: attributes(object))
        }
    }

    static func links(_ text: String) -> [StoredSpan.Link] {
        objects(text).map { object in
            StoredSpan.Link(
                trace: TraceID(hexadecimal: Array(string(object["trace_id"]).utf8)) ?? .none,
                span: SpanID(hexadecimal: Array(string(object["span_id"]).utf8))?.number ?? 0,
                traceState: string(object["trace_state"]), attributes: attributes(object))
        }
    }

    private static func objects(_ text: String) -> [DocumentObject] {
        // Written by this file; what has become of it otherwise shows as nothing.
        guard case .array(let values) = try? DocumentReader.value(Array(text.utf8)) else { return [] }
        return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    private static func string(_ value: DocumentValue?) -> String {
        if case .string(let text) = value { text } else { "" }
    }

    private static func attributes(_ object: DocumentObject) -> [StoredSpan.Attribute] {
        guard case .object(let attributes) = object["attributes"] else { return [] }
        return attributes.members.map { member in
            if case .array(let elements) = member.value {
                return StoredSpan.Attribute(
                    name: member.name, values: elements.compactMap(StoredSpan.value), isArray: true)
            }
            return StoredSpan.Attribute(
                name: member.name, values: [StoredSpan.value(member.value)].compactMap { $0 }, isArray: false)
        }
    }
}
