import Basics
import SignalModel
import Testing

@Suite struct SamplingTableTests {
    private static func table() -> SamplingTable {
        var table = SamplingTable()
        let set = [("cart", "production", 0.5), ("cart", "", 0.2), ("", "staging", 0.7)]
        for (service, environment, rate) in set {
            table.set(
                SamplingTable.Override(
                    service: service, environment: environment, rate: SamplingRate(rate)!,
                    changedAt: Timestamp(milliseconds: 0), changedBy: "user:ann"))
        }
        return table
    }

    @Test(
        "the most exact rate counts",
        arguments: [
            ("cart", "production", 0.5), ("cart", "staging", 0.2), ("cart", "", 0.2), ("mail", "staging", 0.7),
            ("mail", "production", 0.01), ("mail", "development", 1), ("mail", "", nil), ("mail", "qa", nil),
        ] as [(String, String, Double?)])
    func mostExact(service: String, environment: String, rate: Double?) {
        #expect(Self.table().rate(service: service, environment: environment)?.value == rate)
    }

    @Test("what is taken back no longer counts")
    func takingBack() {
        var table = Self.table()
        let removals = [1, 2].map { _ in table.remove(service: "cart", environment: "production") }
        #expect(removals == [true, false])
        #expect(table.rate(service: "cart", environment: "production")?.value == 0.2)
    }

    @Test(
        "rates are from 0 to 1 in steps of 0.0001",
        arguments: [
            (0.01, "0.01"), (1, "1"), (0, "0"), (0.0001, "0.0001"), (0.12345, "0.1235"), (0.00001, nil), (1.1, nil),
            (-0.1, nil), (.nan, nil),
        ] as [(Double, String?)])
    func rates(value: Double, text: String?) {
        #expect(SamplingRate(value)?.text == text)
    }
}
