import FoundationEssentials
import Logs
import SignalModel
import Traces

/// Traces in the answer of a search (tempopb, `TraceSearchMetadata`).
enum TempoJSON {
    static func write(_ trace: TraceSummary, to json: inout JSONWriter) {
        json.object { json in
            json.key("traceID")
            json.string(trace.trace.hexadecimal)
            json.key("rootServiceName")
            json.string(trace.isRootMissing ? "<root span not yet received>" : trace.rootService)
            json.key("rootTraceName")
            json.string(trace.isRootMissing ? "" : trace.rootName)
            json.key("startTimeUnixNano")
            json.string(String(trace.startNanoseconds))
            json.key("durationMs")
            json.integer(trace.durationNanoseconds / 1_000_000)
            json.key("spanSets")
            json.array { json in
                json.object { json in
                    json.key("spans")
                    json.array { json in for match in trace.matches { write(match, to: &json) } }
                    json.key("matched")
                    json.integer(trace.matchCount)
                }
            }
        }
    }

    private static func write(_ match: TraceSummary.Match, to json: inout JSONWriter) {
        json.object { json in
            json.key("spanID")
            json.string(SpanID(match.span).hexadecimal)
            json.key("name")
            json.string(match.name)
            json.key("startTimeUnixNano")
            json.string(String(match.startNanoseconds))
            json.key("durationNanos")
            json.string(String(max(0, match.durationNanoseconds)))
            json.key("attributes")
            OTLPTraceJSON.write(
                [StoredSpan.Attribute(name: "service.name", values: [.string(match.service)])], to: &json)
        }
    }
}

/// As protobuf's JSON has bytes.
enum Base64 {
    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
