import SignalModel
import Traces

/// What the doctor found.
enum DoctorJSON {
    static func write(_ sample: DoctorSample, _ findings: [TraceFinding], to json: inout JSONWriter) {
        json.object { json in
            json.key("examined")
            json.object { json in
                json.key("trace_count")
                json.integer(sample.traces.count)
                json.key("service_count")
                json.integer(sample.workloads.count)
                // There were more traces than were looked at.
                json.key("is_sample")
                json.bool(sample.isPart)
            }
            json.key("findings")
            json.array { json in for finding in findings { write(finding, to: &json) } }
        }
    }

    private static func write(_ finding: TraceFinding, to json: inout JSONWriter) {
        let text = DoctorText(finding)
        json.object { json in
            for (key, value) in [
                ("kind", finding.kind.rawValue), ("severity", finding.isSevere ? "bad" : "warn"),
                ("service", finding.service), ("callee", finding.callee), ("title", text.title),
                ("evidence", text.evidence),
            ] {
                json.key(key)
                json.string(value)
            }
            json.key("advice")
            json.array { json in
                for advice in text.advice {
                    json.object { json in
                        json.key("text")
                        json.string(advice.text)
                        json.key("code")
                        json.string(advice.code)
                    }
                }
            }
            json.key("example_traces")
            json.array { json in for trace in finding.examples { json.string(trace.hexadecimal) } }
        }
    }
}
