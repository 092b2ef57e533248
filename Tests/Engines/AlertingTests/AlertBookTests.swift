import Alerting
import Basics
import SignalModel
import Testing

@Suite("Alert book")
struct AlertBookTests {
    private func alert(_ pod: String, from: Int64, to: Int64, severity: String = "P1") -> ObservedAlert {
        ObservedAlert(
            labels: Labels([
                (name: "alertname", value: "A"), (name: "pod", value: pod), (name: "severity", value: severity),
            ]),
            annotations: .empty, startsAt: Timestamp(milliseconds: from), endsAt: Timestamp(milliseconds: to),
            generatorURL: "")
    }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test("repeats are one alert that lasts as long as the latest says")
    func merging() throws {
        var book = AlertBook()
        guard case .fired = book.observe(alert("a", from: 0, to: 100), at: at(0)) else { return #expect(Bool(false)) }
        #expect(book.observe(alert("a", from: 50, to: 200), at: at(50)) == nil)
        #expect(book.firing.values.first?.startsAtMilliseconds == 0)
        #expect(book.expire(at: at(150)).isEmpty)
        #expect(book.expire(at: at(200)).count == 1)
        #expect(book.nextExpiry == nil)
    }

    @Test("an end that is observed ends it at once; one for an unknown alert means nothing")
    func ending() {
        var book = AlertBook()
        #expect(book.observe(alert("a", from: 0, to: 10), at: at(20)) == nil)
        _ = book.observe(alert("a", from: 0, to: 100), at: at(20))
        guard case .ended(let ended) = book.observe(alert("a", from: 0, to: 30), at: at(30)) else {
            return #expect(Bool(false))
        }
        #expect(ended.endsAtMilliseconds == 30)
        #expect(book.firing.isEmpty)
    }

    @Test("the fingerprint is Prometheus' FNV-1a over names and values")
    func fingerprint() {
        // FNV-1a's offset basis stands for the empty set, as model.LabelSet{}.Fingerprint() prints it.
        #expect(AlertFingerprint.make(.empty) == "cbf29ce484222325")
        let one = AlertFingerprint.make(Labels([(name: "a", value: "b")]))
        #expect(one.count == 16 && one != AlertFingerprint.make(Labels([(name: "ab", value: "")])))
    }
}
