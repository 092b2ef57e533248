import Logs
import SignalModel
import Traces

/// Spans as Jaeger's query API v1 has them (jaeger-ui's model): microseconds, tags with types, processes by name.
enum JaegerJSON {
    /// `{"data":…,"total":…,"limit":0,"offset":0,"errors":null}`
    static func answer(total: Int = 0, _ data: (inout JSONWriter) -> Void) -> JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.key("data")
            data(&json)
            for (name, number) in [("total", total), ("limit", 0), ("offset", 0)] {
                json.key(name)
                json.integer(number)
            }
            json.key("errors")
            json.null()
        }
        return json
    }

    static func write(_ trace: TraceID, _ spans: [StoredSpan], to json: inout JSONWriter) {
        var processes: [String: String] = [:]
        var order: [(name: String, span: StoredSpan)] = []
        var own: [String] = []
        for span in spans {
            let key = processKey(span)
            let name = processes[key] ?? "p\(processes.count + 1)"
            if processes[key] == nil {
                processes[key] = name
                order.append((name, span))
            }
            own.append(name)
        }
        json.object { json in
            json.key("traceID")
            json.string(trace.hexadecimal)
            json.key("spans")
            json.array { json in for (span, process) in zip(spans, own) { write(span, process, to: &json) } }
            json.key("processes")
            json.object { json in
                for (name, span) in order {
                    json.key(name)
                    json.object { json in
                        json.key("serviceName")
                        json.string(span.service)
                        json.key("tags")
                        let attributes = OTLPResource.attributes(of: span).filter { $0.name != "service.name" }
                        json.array { json in for attribute in attributes { write(attribute, to: &json) } }
                    }
                }
            }
            json.key("warnings")
            json.null()
        }
    }

    private static func processKey(_ span: StoredSpan) -> String {
        let rest = span.resource.map { $0.name + "=" + $0.values.map(\.text).joined(separator: ",") }
        return ([span.service, span.version, span.environment] + rest).joined(separator: "\u{0}")
    }

    private static func write(_ span: StoredSpan, _ process: String, to json: inout JSONWriter) {
        json.object { json in
            json.key("traceID")
            json.string(span.trace.hexadecimal)
            json.key("spanID")
            json.string(SpanID(span.id).hexadecimal)
            json.key("operationName")
            json.string(span.name)
            json.key("references")
            json.array { json in
                if span.parent != 0 { writeReference("CHILD_OF", span.trace, span.parent, to: &json) }
                for link in span.links { writeReference("FOLLOWS_FROM", link.trace, link.span, to: &json) }
            }
            json.key("startTime")
            json.integer(span.startNanoseconds / 1000)
            json.key("duration")
            json.integer(max(0, span.durationNanoseconds) / 1000)
            json.key("tags")
            json.array { json in
                for attribute in span.attributes { write(attribute, to: &json) }
                for attribute in derived(span) { write(attribute, to: &json) }
            }
            json.key("logs")
            json.array { json in for event in span.events { write(event, to: &json) } }
            json.key("processID")
            json.string(process)
            json.key("warnings")
            json.null()
        }
    }

    private static func writeReference(
        _ type: String, _ trace: TraceID, _ span: UInt64, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("refType")
            json.string(type)
            json.key("traceID")
            json.string(trace.hexadecimal)
            json.key("spanID")
            json.string(SpanID(span).hexadecimal)
        }
    }

    private static func write(_ event: StoredSpan.Event, to json: inout JSONWriter) {
        json.object { json in
            json.key("timestamp")
            json.integer(event.timeNanoseconds / 1000)
            json.key("fields")
            json.array { json in
                write(StoredSpan.Attribute(name: "event", values: [.string(event.name)]), to: &json)
                for attribute in event.attributes { write(attribute, to: &json) }
            }
        }
    }

    /// What of a span Jaeger has as tags.
    private static func derived(_ span: StoredSpan) -> [StoredSpan.Attribute] {
        var tags: [StoredSpan.Attribute] = []
        func add(_ name: String, _ value: FieldValue) {
            tags.append(StoredSpan.Attribute(name: name, values: [value]))
        }
        if span.kind != .unspecified { add("span.kind", .string(span.kind.text)) }
        if span.status != .unset { add("otel.status_code", .string(span.status == .error ? "ERROR" : "OK")) }
        if span.status == .error { add("error", .bool(true)) }
        if !span.statusMessage.isEmpty { add("otel.status_description", .string(span.statusMessage)) }
        if !span.scopeName.isEmpty { add("otel.scope.name", .string(span.scopeName)) }
        if !span.scopeVersion.isEmpty { add("otel.scope.version", .string(span.scopeVersion)) }
        if !span.traceState.isEmpty { add("w3c.tracestate", .string(span.traceState)) }
        return tags
    }

    private static func write(_ attribute: StoredSpan.Attribute, to json: inout JSONWriter) {
        json.object { json in
            json.key("key")
            json.string(attribute.name)
            json.key("type")
            guard !attribute.isArray, let value = attribute.values.first else {
                json.string("string")
                json.key("value")
                var list = JSONWriter()
                list.array { list in for value in attribute.values { LogRowJSON.write(value, to: &list) } }
                json.string(String(decoding: list.bytes, as: UTF8.self))
                return
            }
            switch value {
            case .bool(let value):
                json.string("bool")
                json.key("value")
                json.bool(value)
            case .integer(let value):
                json.string("int64")
                json.key("value")
                json.integer(value)
            case .double(let value):
                json.string("float64")
                json.key("value")
                if value.isFinite { json.number(value) } else { json.string("\(value)") }
            case .null, .string:
                json.string("string")
                json.key("value")
                json.string(value == .null ? "" : value.text)
            }
        }
    }
}
