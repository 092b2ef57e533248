import Basics
import Logs
import SignalModel
import Traces

/// Spans as OTLP's JSON has them: opentelemetry/proto/trace/v1, `TracesData`. Spans of one resource and scope stand
/// together.
enum OTLPTraceJSON {
    /// The member `resourceSpans`; `idEncoding` writes an id as its dialect has it.
    static func write(
        _ spans: [StoredSpan], member: String = "resourceSpans", idEncoding: ([UInt8]) -> String = Hexadecimal.text,
        to json: inout JSONWriter
    ) {
        json.key(member)
        json.array { json in
            for group in SpanGroups(spans).groups {
                json.object { json in
                    json.key("resource")
                    json.object { json in
                        json.key("attributes")
                        write(OTLPResource.attributes(of: group.spans[0]), to: &json)
                    }
                    json.key("scopeSpans")
                    json.array { json in
                        json.object { json in
                            json.key("scope")
                            json.object { json in
                                json.key("name")
                                json.string(group.spans[0].scopeName)
                                json.key("version")
                                json.string(group.spans[0].scopeVersion)
                                if !group.spans[0].scopeAttributes.isEmpty {
                                    json.key("attributes")
                                    write(group.spans[0].scopeAttributes, to: &json)
                                }
                            }
                            json.key("spans")
                            json.array { json in for span in group.spans { write(span, idEncoding, to: &json) } }
                        }
                    }
                }
            }
        }
    }

    private static func write(_ span: StoredSpan, _ encode: ([UInt8]) -> String, to json: inout JSONWriter) {
        json.object { json in
            json.key("traceId")
            json.string(encode(Hexadecimal.bytes(span.trace)))
            json.key("spanId")
            json.string(encode(Hexadecimal.bytes(span.id)))
            if span.parent != 0 {
                json.key("parentSpanId")
                json.string(encode(Hexadecimal.bytes(span.parent)))
            }
            if !span.traceState.isEmpty {
                json.key("traceState")
                json.string(span.traceState)
            }
            json.key("name")
            json.string(span.name)
            json.key("kind")
            json.integer(Int(span.kind.rawValue))
            json.key("startTimeUnixNano")
            json.string(String(span.startNanoseconds))
            json.key("endTimeUnixNano")
            json.string(String(span.startNanoseconds.addingSaturated(span.durationNanoseconds)))
            json.key("attributes")
            write(span.attributes, to: &json)
            if !span.events.isEmpty { write(span.events, to: &json) }
            if !span.links.isEmpty { write(span.links, encode, to: &json) }
            json.key("status")
            json.object { json in
                if span.status != .unset {
                    json.key("code")
                    json.integer(Int(span.status.rawValue))
                }
                if !span.statusMessage.isEmpty {
                    json.key("message")
                    json.string(span.statusMessage)
                }
            }
        }
    }

    private static func write(_ events: [StoredSpan.Event], to json: inout JSONWriter) {
        json.key("events")
        json.array { json in
            for event in events {
                json.object { json in
                    json.key("timeUnixNano")
                    json.string(String(event.timeNanoseconds))
                    json.key("name")
                    json.string(event.name)
                    json.key("attributes")
                    write(event.attributes, to: &json)
                }
            }
        }
    }

    private static func write(
        _ links: [StoredSpan.Link], _ encode: ([UInt8]) -> String, to json: inout JSONWriter
    ) {
        json.key("links")
        json.array { json in
            for link in links {
                json.object { json in
                    json.key("traceId")
                    json.string(encode(Hexadecimal.bytes(link.trace)))
                    json.key("spanId")
                    json.string(encode(Hexadecimal.bytes(link.span)))
                    json.key("attributes")
                    write(link.attributes, to: &json)
                }
            }
        }
    }

    static func write(_ attributes: [StoredSpan.Attribute], to json: inout JSONWriter) {
        json.array { json in
            for attribute in attributes {
                json.object { json in
                    json.key("key")
                    json.string(attribute.name)
                    json.key("value")
                    json.object { json in
                        guard attribute.isArray else {
                            if let value = attribute.values.first { write(value, to: &json) }
                            return
                        }
                        json.key("arrayValue")
                        json.object { json in
                            json.key("values")
                            json.array { json in
                                for value in attribute.values { json.object { write(value, to: &$0) } }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func write(_ value: FieldValue, to json: inout JSONWriter) {
        switch value {
        case .null: break
        case .bool(let value):
            json.key("boolValue")
            json.bool(value)
        case .integer(let value):
            json.key("intValue")
            json.string(String(value))
        case .double(let value):
            json.key("doubleValue")
            if value.isFinite { json.number(value) } else { json.string("\(value)") }
        case .string(let text):
            json.key("stringValue")
            json.string(text)
        }
    }
}

/// Spans by their resource and scope, in the order of the first of each.
struct SpanGroups {
    struct Group {
        var spans: [StoredSpan]
    }

    private struct Key: Hashable {
        var service: String
        var environment: String
        var version: String
        var resource: [StoredSpan.Attribute]
        var scope: String
        var scopeVersion: String
        var scopeAttributes: [StoredSpan.Attribute]
    }

    private(set) var groups: [Group] = []

    init(_ spans: [StoredSpan]) {
        var places: [Key: Int] = [:]
        for span in spans {
            let key = Key(
                service: span.service, environment: span.environment, version: span.version, resource: span.resource,
                scope: span.scopeName, scopeVersion: span.scopeVersion, scopeAttributes: span.scopeAttributes)
            if let place = places[key] {
                groups[place].spans.append(span)
            } else {
                places[key] = groups.count
                groups.append(Group(spans: [span]))
            }
        }
    }
}

/// A resource's attributes, with those that the store has under names of its own.
enum OTLPResource {
    static func attributes(of span: StoredSpan) -> [StoredSpan.Attribute] {
        var attributes: [StoredSpan.Attribute] = []
        for (name, text) in [("service.name", span.service), ("service.version", span.version)] where !text.isEmpty {
            attributes.append(StoredSpan.Attribute(name: name, values: [.string(text)]))
        }
        attributes += span.resource
        let names = ["deployment.environment.name", "deployment.environment"]
        if !span.environment.isEmpty, !span.resource.contains(where: { names.contains($0.name) }) {
            attributes.append(StoredSpan.Attribute(name: names[0], values: [.string(span.environment)]))
        }
        return attributes
    }
}

/// Ids as bytes and as digits.
enum Hexadecimal {
    static func bytes(_ id: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: id >> (56 - $0 * 8)) } }
    static func bytes(_ trace: TraceID) -> [UInt8] { bytes(trace.high) + bytes(trace.low) }

    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
