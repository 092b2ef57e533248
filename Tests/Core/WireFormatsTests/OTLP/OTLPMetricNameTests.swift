import SignalModel
import Testing

@testable import WireFormats

@Suite("Names of OpenTelemetry's metrics")
struct OTLPMetricNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var unit: String
        var kind: OTLPMetricName.Kind
        /// In the order of `OTLPTranslation.Strategy.allCases`.
        var expected: [String?]
        var testDescription: String { "\(name) [\(unit)] \(kind)" }

        init(_ name: String, _ unit: String, _ kind: OTLPMetricName.Kind, _ expected: String?...) {
            self.name = name
            self.unit = unit
            self.kind = kind
            self.expected = expected
        }
    }

    @Test(
        "become Prometheus' as its own receiver makes them",
        arguments: [
            Case(
                "http.requests", "1", .monotonicSum, "http_requests_total", "http_requests", "http.requests_total",
                "http.requests"),
            Case(
                "requests_total", "", .monotonicSum, "requests_total", "requests_total", "requests_total",
                "requests_total"),
            Case("total.seen", "", .monotonicSum, "seen_total", "total_seen", "total.seen_total", "total.seen"),
            Case("duration", "s", .other, "duration_seconds", "duration", "duration_seconds", "duration"),
            Case(
                "duration_seconds", "s", .other, "duration_seconds", "duration_seconds", "duration_seconds",
                "duration_seconds"),
            Case("io", "By/s", .gauge, "io_bytes_per_second", "io", "io_bytes_per_second", "io"),
            Case("io.by", "KiBy", .monotonicSum, "io_by_kibibytes_total", "io_by", "io.by_kibibytes_total", "io.by"),
            Case("share", "1", .gauge, "share_ratio", "share", "share_ratio", "share"),
            Case("share.ratio", "1", .gauge, "share_ratio", "share_ratio", "share_ratio", "share.ratio"),
            Case("seen", "{things}", .gauge, "seen", "seen", "seen", "seen"),
            Case("speed", "km/h", .gauge, "speed_km_per_hour", "speed", "speed_km_per_hour", "speed"),
            Case("rate", "{things}/s", .gauge, "rate_per_second", "rate", "rate_per_second", "rate"),
            Case("odd", "m^2", .gauge, "odd_m_2", "odd", "odd_m^2", "odd"),
            Case("a__b..c", "", .gauge, "a_b_c", "a__b_c", "a__b..c", "a__b..c"),
            Case("1st", "", .gauge, "_1st", "_1st", "1st", "1st"),
            Case("temp.Größe", "Cel", .gauge, "temp_Gr_e_celsius", "temp_Gr_e", "temp.Größe_celsius", "temp.Größe"),
            Case("ns:metric", "%", .gauge, "ns:metric_percent", "ns:metric", "ns:metric_percent", "ns:metric"),
            Case("...", "", .gauge, nil, nil, "...", "..."),
            Case("", "", .gauge, nil, nil, nil, nil),
        ])
    func names(_ test: Case) {
        let found = OTLPTranslation.Strategy.allCases.map {
            OTLPMetricName.translated(test.name, unit: test.unit, test.kind, $0)
        }
        #expect(found == test.expected)
    }

    @Test(
        "bounds have no exponent",
        arguments: [
            (0.005, "0.005"), (5, "5"), (2500, "2500"), (1e21, "1000000000000000000000"), (1e-7, "0.0000001"),
            (0.1 + 0.2, "0.30000000000000004"), (-1.5, "-1.5"), (.infinity, "+Inf"), (0, "0"),
            (123456.75, "123456.75"),
            (1.5e300, "15" + String(repeating: "0", count: 299)),
        ])
    func decimals(_ value: Double, _ text: String) {
        #expect(PlainDecimal.text(value) == text)
    }
}
