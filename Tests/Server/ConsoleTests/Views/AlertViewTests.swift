import Alerting
import Basics
import Response
import Testing

@testable import Console

@Suite("An alert leads on to what it is about")
struct AlertViewTests {
    private static func view(_ labels: [String: String], generatorURL: String = "") -> AlertView {
        AlertView(
            AlertBook.Alert(
                fingerprint: "1", labels: labels, annotations: [:], startsAtMilliseconds: 0, endsAtMilliseconds: 10,
                generatorURL: generatorURL),
            isFiring: true, now: Timestamp(milliseconds: 5))
    }

    @Test("to the graph of its rule's expression, where its origin says it")
    func expression() {
        let alert = Self.view(
            ["alertname": "Slow"], generatorURL: "http://a/graph?g0.expr=rate%28x%5B5m%5D%29+%3E+1&g0.tab=1")
        #expect(alert.exploreLink == "/explore?query=rate%28x%5B5m%5D%29%20%3E%201")
        for origin in ["", "http://a/", "http://a/graph?g0.expr=", "http://a/?x=1"] {
            let other = Self.view(["alertname": "Sl\"ow"], generatorURL: origin)
            #expect(other.exploreLink == "/explore?query=ALERTS%7Balertname%3D%22Sl%5C%22ow%22%7D")
        }
    }

    @Test("to traces and logs of the service that its labels name")
    func service() {
        for label in ["service", "service_name", "service.name"] {
            let alert = Self.view(["alertname": "Slow", label: "a \"b\""])
            #expect(alert.tracesLink == "/traces/service?service=a%20%22b%22")
            #expect(
                alert.logsLink == "/logs?filter=%5B%22service.name%22%2C%22a%20%5C%22b%5C%22%22%2C%22%22%5D")
        }
        let none = Self.view(["alertname": "Slow", "service": ""])
        #expect(none.tracesLink == nil && none.logsLink == nil)
    }
}
