import Ingest
import Testing
import WireFormats

@Suite struct MetadataCatalogTests {
    @Test("what is said twice is kept once, what differs beside it, sorted by metric")
    func kept() {
        let catalog = MetadataCatalog()
        let first = MetricMetadata(metric: "b", type: .counter, help: "x", unit: "s")
        catalog.note([first, first, MetricMetadata(metric: "a", type: .gauge, help: "y")])
        catalog.note([MetricMetadata(metric: "b", type: .gauge, help: "x", unit: "s")])
        let all = catalog.all()
        #expect(all.map(\.metric) == ["a", "b"])
        #expect(all.map { $0.entries.map(\.type) } == [["gauge"], ["counter", "gauge"]])
    }

    @Test("of many descriptions of one metric the latest stay")
    func descriptions() {
        let catalog = MetadataCatalog()
        for number in 0..<20 { catalog.note([MetricMetadata(metric: "m", help: "\(number)")]) }
        let helps = catalog.all().flatMap(\.entries).map(\.help)
        #expect(helps == (12..<20).map { "\($0)" })
    }

    @Test("texts beyond the budget are not remembered, whoever repeats them")
    func budget() {
        let catalog = MetadataCatalog()
        let large = String(repeating: "x", count: MetadataCatalog.textBytesMax / 4)
        for number in 0..<10 { catalog.note([MetricMetadata(metric: "m\(number)", help: large)]) }
        #expect(catalog.all().count == 3)
    }
}
