/// The shortest decimal that reads back as a number, never in exponent form (Go's `FormatFloat(v, 'f', -1, 64)`): how
/// PromQL prints literals, `count_values` labels its groups, and bounds of OpenTelemetry's histograms become labels.
package enum PlainDecimal {
    package static func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        if value.isNaN {
            bytes.append(contentsOf: "NaN".utf8)
        } else if value.isInfinite {
            bytes.append(contentsOf: (value < 0 ? "-Inf" : "+Inf").utf8)
        } else {
            ShortestDecimal(value).appendPlain(to: &bytes)
        }
    }
}
