import Basics
import SignalModel
import TestKit
import Testing

@testable import Ingest

@Suite struct ScrapeNegotiationTests {
    private static let contentTypes: [(String?, ScrapeProtocol.Format?)] = [
        ("text/plain", .text), ("text/plain; version=0.0.4; charset=utf-8", .text), ("Text/Plain ; version=1", .text),
        ("text/plain;", .text), ("application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetrics),
        ("application/openmetrics-text", .openMetrics),
        (
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
            .protobuf
        ),
        (nil, nil), ("", nil), ("application/json", nil), ("text/html; charset=utf-8", nil), ("text", nil),
        ("text/plain; charset", nil), ("text/plain; =x", nil), ("text/plainish", nil),
    ]

    @Test("the Content-Type says how an answer is read; without a known one it fails", arguments: contentTypes)
    func formats(contentType: String?, expected: ScrapeProtocol.Format?) throws {
        var negotiation = ScrapeNegotiation()
        if let expected {
            #expect(try negotiation.format(of: contentType) == expected)
        } else {
            let failure = #expect(throws: ScrapeFailure.self) { try negotiation.format(of: contentType) }
            #expect(failure?.description.contains("fallback_scrape_protocol") == true)
        }
        for fallback in ScrapeProtocol.allCases {
            negotiation.fallback = fallback
            #expect(try negotiation.format(of: contentType) == expected ?? fallback.format)
        }
    }

    private func scrape(_ body: [UInt8], _ contentType: String?, _ negotiation: ScrapeNegotiation) throws
        -> (lines: [String], outcome: ScrapeOutcome)
    {
        var configuration = ScrapeConfiguration(jobName: "j", interval: .seconds(15), timeout: .seconds(10))
        configuration.negotiation = negotiation
        let group = TargetGroup(source: "0", addresses: ["h:1"])
        var state = ScrapeState(try #require(TargetSet(configuration, [group]).targets.first))
        let outcome = state.apply(
            .success(ScrapeAnswer(body: body, contentType: contentType)), at: Timestamp(milliseconds: 1000),
            took: .zero)
        let batch = outcome.batch
        let lines = batch.entries.indices.dropLast(5).map { number in
            let entry = batch.entries[number]
            let exemplars = batch.exemplars.indices.filter { batch.exemplars[$0].entry == number }
            let sample = batch.samples[entry.samplesStart]
            let value =
                HistogramBox.isBox(sample.value)
                ? "histogram of \(batch.histograms[HistogramBox.place(sample.value)].count)" : "\(sample.value)"
            return "\(batch.labels(of: entry)) \(value) @\(sample.timestamp.milliseconds)"
                + exemplars.map { " # \(batch.exemplar($0).labels) \(batch.exemplar($0).value)" }.joined()
        }
        return (lines, outcome)
    }

    @Test("each format's series come with the target's labels, and their exemplars with them")
    func series() throws {
        let text = "a_total 1 # {t=\"1\"} 0.5\nb 2\nc_total 3 # {t=\"2\"} 0.25 1\n# EOF\n"
        let (lines, outcome) = try scrape(Array(text.utf8), "application/openmetrics-text", ScrapeNegotiation())
        #expect(outcome.failure == nil)
        #expect(
            lines == [
                #"a_total{instance="h:1", job="j"} 1.0 @1000 # {t="1"} 0.5"#,
                #"b{instance="h:1", job="j"} 2.0 @1000"#,
                #"c_total{instance="h:1", job="j"} 3.0 @1000 # {t="2"} 0.25"#,
            ])
        // The same text in the old format: a number sign is no timestamp.
        #expect(try scrape(Array(text.utf8), "text/plain", ScrapeNegotiation()).outcome.failure != nil)
    }

    @Test("native histograms are taken where they are wanted")
    func histograms() throws {
        // histogram n: count 1 in bucket 0 of schema 0; one classic bucket.
        let page: [UInt8] =
            [0x21, 0x0a, 1, 0x6e, 0x18, 4, 0x22, 0x1a, 0x3a, 0x18, 0x08, 1, 0x1a, 0x0b, 0x08, 1, 0x11]
            + [0, 0, 0, 0, 0, 0, 0xf0, 0x3f] + [0x62, 4, 0x08, 0, 0x10, 1, 0x6a, 1, 2]
        let media = "application/vnd.google.protobuf"
        let native = #"n{instance="h:1", job="j"} histogram of 1.0 @1000"#
        let classic = [
            #"n_count{instance="h:1", job="j"} 1.0 @1000"#, #"n_sum{instance="h:1", job="j"} 0.0 @1000"#,
            #"n_bucket{instance="h:1", job="j", le="1.0"} 1.0 @1000"#,
            #"n_bucket{instance="h:1", job="j", le="+Inf"} 1.0 @1000"#,
        ]
        #expect(try scrape(page, media, ScrapeNegotiation()).lines == classic)
        var wanted = ScrapeNegotiation(readsNativeHistograms: true)
        #expect(try scrape(page, media, wanted).lines == [native])
        wanted.keepsClassicHistograms = true
        #expect(try scrape(page, media, wanted).lines == [native] + classic)
    }
}
