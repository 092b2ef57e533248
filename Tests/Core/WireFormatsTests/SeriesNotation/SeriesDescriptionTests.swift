import SignalModel
import Testing
import WireFormats

@Suite("Series as tests write them")
struct SeriesDescriptionTests {
    @Test(
        "values are expanded",
        arguments: [
            ("up 1 2 -3.5", [1, 2, -3.5]), ("up 0x3", [0, 0, 0, 0]), ("up 1+2x2 _", [1, 3, 5, nil]),
            ("up 5-1x2", [5, 4, 3]), ("up _x2 7", [nil, nil, 7]), ("up 1e2+1e1x1", [100, 110]), ("up", []),
            (#"{"a b"="c", d='e'} 1"#, [1]), (#"{"up"} +Inf"#, [.infinity]), ("up{} -1-1x1", [-1, -2]),
        ] as [(String, [Double?])])
    func values(_ line: String, _ expected: [Double?]) throws {
        #expect(try SeriesDescription(line).values == expected)
    }

    @Test("histograms grow step by step, and print as they were written")
    func histograms() throws {
        let text = "{{schema:0 count:3 sum:4 z_bucket:1 buckets:[1 0 1]}}"
        let series = try SeriesDescription("h \(text)+{{count:1 sum:2 buckets:[1]}}x2")
        #expect(series.histograms.map(\.count) == [3, 4, 5])
        #expect(series.histograms.first.map(HistogramDescription.text) == text)
    }

    @Test(
        "mistakes and what would fill the memory are refused",
        arguments: [
            "up x", "up 1x", "up 1x-1", "up 1+x3", "up 1x1000000", "up 1x999999 2", "up{a} 1 }", "up{=\"b\"} 1",
            "up{a=\"b} 1", "up{a=b} 1", "up {{count:x}}", "up {{nonsense:1}}", "up {{buckets:[1 x]}}",
            "up {{count:1}",
            "up {{count:1}}x9999999", "up {{count:1}}*{{count:1}}x2", "up {{offset:9999999999 buckets:[1]}}",
        ])
    func refused(_ line: String) {
        #expect(throws: SeriesDescription.Malformed.self) { try SeriesDescription(line) }
    }
}
