import SignalModel

/// Numbers as Prometheus prints them.
package enum ValueFormat {
    /// A sample's value in JSON: the shortest digits that read back the same, with an exponent below 1e-6 and
    /// from 1e21 (util/jsonutil). Scalars have none: see `PlainDecimal.text`.
    package static func json(_ value: Double) -> String { text(value, plainFrom: 1e-6) }

    package static func appendJSON(_ value: Double, to bytes: inout [UInt8]) {
        append(value, plainFrom: 1e-6, to: &bytes)
    }

    /// Go's `%g`: an exponent below 1e-4 and from 1e21, as in messages.
    static func general(_ value: Double) -> String { text(value, plainFrom: 1e-4) }

    /// A number as a label's value: with a point or an exponent, so that `1` is `1.0`.
    static func openMetrics(_ value: Double) -> String {
        let text = general(value)
        return text.utf8.allSatisfy { $0 == 0x2d || (0x30...0x39).contains($0) } ? text + ".0" : text
    }

    private static func text(_ value: Double, plainFrom smallest: Double) -> String {
        var bytes: [UInt8] = []
        append(value, plainFrom: smallest, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ value: Double, plainFrom smallest: Double, to bytes: inout [UInt8]) {
        let magnitude = value.magnitude
        if magnitude.isFinite, magnitude != 0, magnitude < smallest || magnitude >= 1e21 {
            ShortestDecimal(value).appendExponential(to: &bytes)
        } else {
            PlainDecimal.append(value, to: &bytes)
        }
    }
}
