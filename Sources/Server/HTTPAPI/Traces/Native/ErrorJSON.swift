import SignalModel
import Traces

/// Errors and their groups.
enum ErrorJSON {
    static func write(_ group: ErrorGroup, to json: inout JSONWriter) {
        json.object { json in
            for (name, text) in [
                ("group", group.key), ("type", group.type), ("culprit", group.culprit), ("message", group.message),
                ("first_version", group.firstVersion), ("last_version", group.lastVersion),
            ] {
                json.key(name)
                json.string(text)
            }
            json.key("services")
            json.array { json in for service in group.services { json.string(service) } }
            json.key("count")
            json.integer(group.count)
            json.key("unhandled_count")
            json.integer(group.unhandledCount)
            TraceJSON.writeTime(group.firstSeenNanoseconds, "first_seen", to: &json)
            TraceJSON.writeTime(group.lastSeenNanoseconds, "last_seen", to: &json)
            json.key("trace_id")
            writeTrace(group.trace, to: &json)
            json.key("counts")
            json.array { json in for count in group.counts { json.integer(count) } }
        }
    }

    private static func writeTrace(_ trace: TraceID, to json: inout JSONWriter) {
        if trace.isNone { json.null() } else { json.string(trace.hexadecimal) }
    }

    static func write(_ error: StoredError, to json: inout JSONWriter) {
        json.object { json in
            TraceJSON.writeTime(error.timeNanoseconds, "time", to: &json)
            json.key("trace_id")
            writeTrace(error.trace, to: &json)
            json.key("span_id")
            if error.span == 0 { json.null() } else { json.string(SpanID(error.span).hexadecimal) }
            for (name, text) in [
                ("group", error.group), ("service", error.service), ("version", error.version),
                ("operation", error.operation), ("type", error.type), ("message", error.message),
                ("culprit", error.culprit), ("stack_trace", error.stack),
            ] where !text.isEmpty {
                json.key(name)
                json.string(text)
            }
            if let isHandled = error.isHandled {
                json.key("handled")
                json.bool(isHandled)
            }
            json.key("attributes")
            SpanJSON.write(error.attributes, to: &json)
        }
    }
}
