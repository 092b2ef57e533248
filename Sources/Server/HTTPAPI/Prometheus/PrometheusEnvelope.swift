package import Hummingbird

/// `{"status":"success","data":…}` with at most ten warnings and ten infos, as Prometheus caps them.
package enum PrometheusEnvelope {
    private static let annotationsMax = 10

    package static func success(
        warnings: [String] = [], infos: [String] = [], _ data: (inout JSONWriter) throws -> Void
    ) rethrows -> Response {
        var writer = JSONWriter()
        try writer.object { json in
            json.key("status")
            json.string("success")
            json.key("data")
            try data(&json)
            list(warnings, as: "warnings", noun: "warning", in: &json)
            list(infos, as: "infos", noun: "info", in: &json)
        }
        return .json(writer)
    }

    private static func list(_ texts: [String], as key: String, noun: String, in json: inout JSONWriter) {
        guard !texts.isEmpty else { return }
        json.key(key)
        json.array { json in
            for text in texts.prefix(annotationsMax) { json.string(text) }
            if texts.count > annotationsMax {
                json.string("\(texts.count - annotationsMax) more \(noun) annotations omitted")
            }
        }
    }
}

extension JSONWriter {
    mutating func strings(_ values: some Sequence<String>) {
        array { json in
            for value in values { json.string(value) }
        }
    }
}
