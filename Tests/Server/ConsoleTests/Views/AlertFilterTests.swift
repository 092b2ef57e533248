import HTTPAPI
import Response
import SignalModel
import TestKit
import Testing

@testable import Console

@Suite("Filtering pages")
struct AlertFilterTests {
    private let backend: FakeConsoleBackend

    init() {
        backend = FakeConsoleBackend(clock: VirtualClock())
        backend.configurePaging()
        backend.fire(
            "ExporterDown", "P0", summary: "node a is away", labels: ["service": "host", "cluster": "aks-1"])
        backend.fire(
            "HighErrorRate", "P1", summary: "checkout fails", labels: ["service": "checkout", "cluster": "aks-2"])
        backend.fire("DiskFillsUp", "P3", summary: "disk of build", labels: ["service": "build", "cluster": "aks-2"])
        let disk = backend.operations.open.values.first { $0.severity == .p3 }
        backend.apply(.resolved(page: disk?.id ?? "", by: "ann", note: ""))
        let errors = backend.operations.open.values.first { $0.severity == .p1 }
        backend.apply(.acknowledged(page: errors?.id ?? "", by: "ann", note: ""))
    }

    @Test(
        "a URL's filter finds what it says",
        arguments: [
            ("", ["ExporterDown", "HighErrorRate"]),
            ("status=all", ["ExporterDown", "HighErrorRate", "DiskFillsUp"]),
            ("status=burning", ["ExporterDown"]), ("status=held", ["HighErrorRate"]),
            ("status=closed", ["DiskFillsUp"]),
            ("status=all&severity=P0&severity=P3", ["ExporterDown", "DiskFillsUp"]),
            ("q=CHECKOUT", ["HighErrorRate"]),
            ("status=all&q=cluster%3Daks-2", ["HighErrorRate", "DiskFillsUp"]), ("q=checkout+host", []),
            ("status=all&q=aks-2+disk", ["DiskFillsUp"]),
            ("status=nonsense&severity=P9", ["ExporterDown", "HighErrorRate"]),
        ])
    func pages(_ query: String, _ names: [String]) throws {
        let filter = AlertFilter(try FormParameters(query))
        let found = filter.pages(backend.operations).map {
            $0.title.split(separator: ":").first.map(String.init) ?? ""
        }
        #expect(found == names)
    }

    @Test("a filter's own URL gives the same filter")
    func roundTrip() throws {
        var filter = AlertFilter()
        filter.status = .all
        filter.severities = [.p0, .p2]
        filter.text = "a&b=\"c\" + ü"
        #expect(AlertFilter(try FormParameters(filter.query)) == filter)
    }
}
