import Logs
import SignalModel
import Traces

/// The members of a span.
enum SpanJSON {
    static func write(_ span: StoredSpan, isWhole: Bool, to json: inout JSONWriter) {
        json.key("span_id")
        json.string(SpanID(span.id).hexadecimal)
        json.key("parent_id")
        if span.parent == 0 { json.null() } else { json.string(SpanID(span.parent).hexadecimal) }
        json.key("service")
        json.string(span.service)
        json.key("name")
        json.string(span.name)
        json.key("kind")
        json.string(span.kind.text)
        json.key("status")
        json.string(span.status.text)
        TraceJSON.writeTime(span.startNanoseconds, to: &json)
        json.key("duration_ns")
        json.integer(span.durationNanoseconds)
        guard isWhole else { return }
        if !span.statusMessage.isEmpty {
            json.key("status_message")
            json.string(span.statusMessage)
        }
        for (name, text) in [
            ("environment", span.environment), ("version", span.version), ("scope", span.scopeName),
            ("scope_version", span.scopeVersion), ("trace_state", span.traceState),
        ] where !text.isEmpty {
            json.key(name)
            json.string(text)
        }
        if span.weight != 1 {
            json.key("weight")
            json.number(span.weight)
        }
        for (name, attributes) in [
            ("attributes", span.attributes), ("resource", span.resource), ("scope_attributes", span.scopeAttributes),
        ] where !attributes.isEmpty || name == "attributes" {
            json.key(name)
            write(attributes, to: &json)
        }
        if !span.events.isEmpty { write(span.events, to: &json) }
        if !span.links.isEmpty { write(span.links, to: &json) }
    }

    private static func write(_ events: [StoredSpan.Event], to json: inout JSONWriter) {
        json.key("events")
        json.array { json in
            for event in events {
                json.object { json in
                    TraceJSON.writeTime(event.timeNanoseconds, "time", to: &json)
                    json.key("name")
                    json.string(event.name)
                    json.key("attributes")
                    write(event.attributes, to: &json)
                }
            }
        }
    }

    private static func write(_ links: [StoredSpan.Link], to json: inout JSONWriter) {
        json.key("links")
        json.array { json in
            for link in links {
                json.object { json in
                    json.key("trace_id")
                    json.string(link.trace.hexadecimal)
                    json.key("span_id")
                    json.string(SpanID(link.span).hexadecimal)
                    json.key("attributes")
                    write(link.attributes, to: &json)
                }
            }
        }
    }

    static func write(_ attributes: [StoredSpan.Attribute], to json: inout JSONWriter) {
        json.object { json in
            for attribute in attributes {
                json.key(attribute.name)
                if !attribute.isArray, attribute.values.count == 1 {
                    LogRowJSON.write(attribute.values[0], to: &json)
                } else {
                    json.array { json in for value in attribute.values { LogRowJSON.write(value, to: &json) } }
                }
            }
        }
    }
}
