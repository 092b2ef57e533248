import Basics
import Logs
import SignalModel
import Traces
import WireFormats

/// Spans as OTLP's protobuf has them: opentelemetry/proto/trace/v1, `TracesData`; Tempo's `Trace` has the same fields.
enum OTLPTraceProtobuf {
    static func bytes(_ spans: [StoredSpan]) -> [UInt8] {
        var message = ProtobufWriter()
        for group in SpanGroups(spans).groups {
            var resource = ProtobufWriter()
            for attribute in OTLPResource.attributes(of: group.spans[0]) { resource.message(1, keyValue(attribute)) }
            var scope = ProtobufWriter()
            scope.text(1, group.spans[0].scopeName)
            scope.text(2, group.spans[0].scopeVersion)
            for attribute in group.spans[0].scopeAttributes { scope.message(3, keyValue(attribute)) }
            var scopeSpans = ProtobufWriter()
            scopeSpans.message(1, scope)
            for span in group.spans { scopeSpans.message(2, self.span(span)) }
            var resourceSpans = ProtobufWriter()
            resourceSpans.message(1, resource)
            resourceSpans.message(2, scopeSpans)
            message.message(1, resourceSpans)
        }
        return message.bytes
    }

    private static func span(_ span: StoredSpan) -> ProtobufWriter {
        var message = ProtobufWriter()
        data(1, Hexadecimal.bytes(span.trace), to: &message)
        data(2, Hexadecimal.bytes(span.id), to: &message)
        if !span.traceState.isEmpty { message.text(3, span.traceState) }
        if span.parent != 0 { data(4, Hexadecimal.bytes(span.parent), to: &message) }
        message.text(5, span.name)
        message.varint(6, UInt64(span.kind.rawValue))
        message.fixed64(7, UInt64(bitPattern: span.startNanoseconds))
        message.fixed64(
            8, UInt64(bitPattern: span.startNanoseconds.addingSaturated(span.durationNanoseconds)))
        for attribute in span.attributes { message.message(9, keyValue(attribute)) }
        for event in span.events {
            var inner = ProtobufWriter()
            inner.fixed64(1, UInt64(bitPattern: event.timeNanoseconds))
            inner.text(2, event.name)
            for attribute in event.attributes { inner.message(3, keyValue(attribute)) }
            message.message(11, inner)
        }
        for link in span.links {
            var inner = ProtobufWriter()
            data(1, Hexadecimal.bytes(link.trace), to: &inner)
            data(2, Hexadecimal.bytes(link.span), to: &inner)
            if !link.traceState.isEmpty { inner.text(3, link.traceState) }
            for attribute in link.attributes { inner.message(4, keyValue(attribute)) }
            message.message(13, inner)
        }
        var status = ProtobufWriter()
        if !span.statusMessage.isEmpty { status.text(2, span.statusMessage) }
        if span.status != .unset { status.varint(3, UInt64(span.status.rawValue)) }
        message.message(15, status)
        return message
    }

    private static func data(_ field: Int, _ bytes: [UInt8], to message: inout ProtobufWriter) {
        bytes.withUnsafeBytes { message.data(field, $0) }
    }

    private static func keyValue(_ attribute: StoredSpan.Attribute) -> ProtobufWriter {
        var message = ProtobufWriter()
        message.text(1, attribute.name)
        if attribute.isArray {
            var list = ProtobufWriter()
            for value in attribute.values { list.message(1, anyValue(value)) }
            var any = ProtobufWriter()
            any.message(5, list)
            message.message(2, any)
        } else if let value = attribute.values.first {
            message.message(2, anyValue(value))
        }
        return message
    }

    private static func anyValue(_ value: FieldValue) -> ProtobufWriter {
        var message = ProtobufWriter()
        switch value {
        case .null: break
        case .bool(let value): message.varint(2, value ? 1 : 0)
        case .integer(let value): message.varint(3, UInt64(bitPattern: value))
        case .double(let value): message.fixed64(4, value.bitPattern)
        case .string(let text): message.text(1, text)
        }
        return message
    }
}
