import Traces

/// What services do and ask of each other.
enum ActivityJSON {
    static func write(
        _ found: TraceReader.Activities, _ asked: TraceReader.ActivityRequest, name: String, to json: inout JSONWriter
    ) {
        json.object { json in
            TraceJSON.write(found.steps, to: &json)
            json.key(name)
            json.array { json in
                for group in found.groups {
                    json.object { json in
                        json.key("service")
                        json.string(group.service)
                        if asked.isByOperation {
                            json.key("operation")
                            json.string(group.operation)
                        }
                        json.key("error_count")
                        json.number(group.errorCount)
                        write(group.durations, to: &json)
                        write("requests", group.requests, to: &json)
                        write("errors", group.errors, to: &json)
                        if asked.hasStepDurations { writeSteps(group.stepDurations, to: &json) }
                    }
                }
            }
            json.key("truncated")
            json.bool(found.isTruncated)
        }
    }

    private static func write(_ name: String, _ numbers: [Double], to json: inout JSONWriter) {
        json.key(name)
        json.array { json in for number in numbers { json.number(number) } }
    }

    /// Quantiles of each step; null of one without requests.
    private static func writeSteps(_ steps: [DurationSketch], to json: inout JSONWriter) {
        for (name, quantile) in quantiles {
            json.key(name + "_steps")
            json.array { json in
                for step in steps {
                    if let value = step.quantile(quantile) { json.number(value.rounded()) } else { json.null() }
                }
            }
        }
    }

    private static let quantiles = [("p50_ns", 0.5), ("p95_ns", 0.95), ("p99_ns", 0.99)]

    /// Its count, sum and quantiles, in nanoseconds.
    static func write(_ durations: DurationSketch, to json: inout JSONWriter) {
        json.key("count")
        json.number(durations.count)
        json.key("sum_ns")
        json.number(durations.sumNanoseconds.rounded())
        for (name, quantile) in quantiles {
            json.key(name)
            if let value = durations.quantile(quantile) { json.number(value.rounded()) } else { json.null() }
        }
        json.key("max_ns")
        json.integer(durations.maxNanoseconds)
    }

    static func write(_ edge: ServiceDependency, to json: inout JSONWriter) {
        json.object { json in
            json.key("client")
            json.string(edge.client)
            json.key("server")
            json.string(edge.server)
            json.key("connection_type")
            json.string(edge.kind.rawValue)
            json.key("error_count")
            json.number(edge.errorCount)
            write(edge.durations, to: &json)
        }
    }
}
