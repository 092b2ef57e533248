import PromQL
import Testing

@Suite("Value format")
struct ValueFormatTests {
    @Test(
        "values print in JSON as Prometheus prints them",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (1e-6, "0.000001"),
            (9.99e-7, "9.99e-07"), (-1e-10, "-1e-10"), (2.5e-100, "2.5e-100"), (1e20, "100000000000000000000"),
            (1e21, "1e+21"), (1.5e21, "1.5e+21"), (1e300, "1e+300"), (123_456_789.125, "123456789.125"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (123_456_789_012_345_680, "123456789012345680"),
        ] as [(Double, String)])
    func json(_ value: Double, _ wanted: String) { #expect(ValueFormat.json(value) == wanted) }
}
