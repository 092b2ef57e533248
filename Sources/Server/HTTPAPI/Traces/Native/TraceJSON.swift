import Basics
import SignalModel
import Traces
import WireFormats

/// Traces as `/ops/v1/traces` writes them. Times are RFC 3339 with nanoseconds, durations and offsets nanoseconds.
enum TraceJSON {
    static func write(_ trace: TraceSummary, to json: inout JSONWriter) {
        json.object { json in
            json.key("trace_id")
            json.string(trace.trace.hexadecimal)
            json.key("root")
            json.object { json in
                json.key("service")
                json.string(trace.rootService)
                json.key("name")
                json.string(trace.rootName)
                // The earliest span stands in for it.
                json.key("missing")
                json.bool(trace.isRootMissing)
            }
            writeTime(trace.startNanoseconds, to: &json)
            json.key("duration_ns")
            json.integer(trace.durationNanoseconds)
            json.key("span_count")
            json.integer(trace.spanCount)
            json.key("error_count")
            json.integer(trace.errorCount)
            json.key("services")
            json.array { json in
                for service in trace.services {
                    write(service.name, spans: service.spanCount, errors: service.errorCount, to: &json)
                }
            }
            json.key("match_count")
            json.integer(trace.matchCount)
            json.key("matches")
            json.array { json in
                for match in trace.matches {
                    json.object { json in
                        json.key("span_id")
                        json.string(SpanID(match.span).hexadecimal)
                        json.key("service")
                        json.string(match.service)
                        json.key("name")
                        json.string(match.name)
                        writeTime(match.startNanoseconds, to: &json)
                        json.key("duration_ns")
                        json.integer(match.durationNanoseconds)
                    }
                }
            }
        }
    }

    private static func write(_ service: String, spans: Int, errors: Int, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(service)
            json.key("span_count")
            json.integer(spans)
            json.key("error_count")
            json.integer(errors)
        }
    }

    static func writeTime(_ nanoseconds: Int64, _ name: String = "start", to json: inout JSONWriter) {
        json.key(name)
        json.string(WireFormats.RecordTime.text(nanoseconds: nanoseconds))
        json.key(name + "_ms")
        json.number(Double(floorDivide(nanoseconds, 1000)) / 1000)
    }

    static func write(_ steps: TimeSteps, to json: inout JSONWriter) {
        json.key("start_ms")
        json.number(Double(floorDivide(steps.start, 1000)) / 1000)
        json.key("step_ms")
        json.number(Double(steps.length) / 1e6)
    }

    static func write(
        _ id: TraceID, _ spans: TraceReader.Spans, _ tree: TraceTree, _ errors: [StoredError],
        to json: inout JSONWriter
    ) {
        let times = tree.times ?? 0...0
        var services: [String: (spans: Int, errors: Int)] = [:]
        for node in tree.nodes {
            services[node.span.service, default: (0, 0)].spans += 1
            if node.span.status == .error { services[node.span.service]?.errors += 1 }
        }
        var errorCounts: [UInt64: Int] = [:]
        for error in errors { errorCounts[error.span, default: 0] += 1 }
        json.object { json in
            json.key("trace_id")
            json.string(id.hexadecimal)
            writeTime(times.lowerBound, to: &json)
            json.key("duration_ns")
            json.integer(times.upperBound.subtractingSaturated(times.lowerBound))
            json.key("span_count")
            json.integer(spans.count)
            // Fewer than there are: the earliest.
            json.key("truncated")
            json.bool(spans.count > spans.spans.count)
            // Without attributes: /spans/{span} has them.
            json.key("lean")
            json.bool(spans.isLean)
            json.key("repeated_count")
            json.integer(tree.repeatedCount)
            json.key("depth")
            json.integer((tree.nodes.map(\.depth).max() ?? -1) + 1)
            json.key("services")
            json.array { json in
                for (name, counts) in services.sorted(by: { $0.key < $1.key }) {
                    write(name, spans: counts.spans, errors: counts.errors, to: &json)
                }
            }
            json.key("roots")
            json.array { json in for root in tree.roots { json.integer(root) } }
            json.key("critical_path")
            json.array { json in
                for piece in CriticalPath.pieces(tree.nodes, tree.roots).reversed() {
                    json.object { json in
                        json.key("span")
                        json.integer(piece.node)
                        json.key("offset_ns")
                        json.integer(piece.start.subtractingSaturated(times.lowerBound))
                        json.key("duration_ns")
                        json.integer(piece.end.subtractingSaturated(piece.start))
                    }
                }
            }
            json.key("spans")
            json.array { json in
                for node in tree.nodes {
                    write(node, start: times.lowerBound, errorCounts[node.span.id] ?? 0, spans.isLean, to: &json)
                }
            }
            json.key("errors")
            json.array { json in for error in errors { ErrorJSON.write(error, to: &json) } }
        }
    }

    private static func write(
        _ node: TraceTree.Node, start: Int64, _ errorCount: Int, _ isLean: Bool, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("parent")
            if let parent = node.parent { json.integer(parent) } else { json.null() }
            json.key("depth")
            json.integer(node.depth)
            // As shown: `shift_ns` is what of it was added for clocks that differ.
            json.key("offset_ns")
            json.integer(node.start.subtractingSaturated(start))
            json.key("shift_ns")
            json.integer(node.shiftNanoseconds)
            json.key("self_ns")
            json.integer(node.selfNanoseconds)
            json.key("critical")
            json.bool(node.isCritical)
            json.key("marks")
            json.array { json in
                for mark in TraceTree.Mark.allCases where node.marks.contains(mark) { json.string(mark.text) }
            }
            json.key("error_count")
            json.integer(errorCount)
            SpanJSON.write(node.span, isWhole: !isLean, to: &json)
        }
    }
}

extension TraceTree.Mark {
    var text: String {
        switch self {
        case .orphan: "orphan"
        case .cycle: "cycle"
        case .duplicate: "duplicate"
        case .clockSkew: "clock_skew"
        case .negativeDuration: "negative_duration"
        }
    }
}
