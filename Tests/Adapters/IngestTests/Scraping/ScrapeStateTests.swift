import Basics
import Ingest
import SignalModel
import Testing

@Suite struct ScrapeStateTests {
    private func state(_ change: (inout ScrapeConfiguration) throws -> Void = { _ in }) throws -> ScrapeState {
        var configuration = ScrapeConfiguration(jobName: "j", interval: .seconds(15), timeout: .seconds(10))
        try change(&configuration)
        return ScrapeState(
            try #require(
                TargetSet(configuration, [TargetGroup(source: "0", addresses: ["h:1"])]).targets.first))
    }

    private func scrape(
        _ state: inout ScrapeState, _ text: String, at milliseconds: Int64 = 1000
    ) -> (lines: [String], outcome: ScrapeOutcome) {
        apply(&state, .success(ScrapeAnswer(body: Array(text.utf8))), at: milliseconds)
    }

    private func apply(
        _ state: inout ScrapeState, _ answer: Result<ScrapeAnswer, ScrapeFailure>, at milliseconds: Int64
    ) -> (lines: [String], outcome: ScrapeOutcome) {
        let outcome = state.apply(answer, at: Timestamp(milliseconds: milliseconds), took: .milliseconds(250))
        return (RecordingAppender.Append(batch: outcome.batch, policy: .keepValid).lines, outcome)
    }

    private func report(up: Int, scraped: Int, added: Int, at time: Int64) -> [String] {
        let labels = #"{instance="h:1", job="j"}"#
        return [
            "up\(labels) \(up).0 @\(time)", "scrape_duration_seconds\(labels) 0.25 @\(time)",
            "scrape_samples_scraped\(labels) \(scraped).0 @\(time)",
            "scrape_samples_post_metric_relabeling\(labels) \(scraped).0 @\(time)",
            "scrape_series_added\(labels) \(added).0 @\(time)",
        ]
    }

    @Test("a good scrape stores its series with the target's labels, and the five about itself")
    func good() throws {
        var state = try state()
        let (lines, outcome) = scrape(&state, "# TYPE a counter\na{x=\"1\"} 1\nb 2\n")
        #expect(outcome.failure == nil)
        #expect(outcome.metadata.map(\.metric) == ["a"])
        #expect(
            lines == [#"a{instance="h:1", job="j", x="1"} 1.0 @1000"#, #"b{instance="h:1", job="j"} 2.0 @1000"#]
                + report(up: 1, scraped: 2, added: 2, at: 1000))
    }

    @Test("a series that vanishes gets one stale marker, whatever the order of the others")
    func vanished() throws {
        var state = try state()
        _ = scrape(&state, "a 1\nb 2\nc 3\n")
        let (second, _) = scrape(&state, "c 3\na 1\nd 4\n", at: 2000)
        #expect(second.dropFirst(3).first == #"b{instance="h:1", job="j"} stale @2000"#)
        #expect(Array(second.suffix(5)) == report(up: 1, scraped: 3, added: 1, at: 2000))
        let (third, _) = scrape(&state, "c 3\na 1\nd 4\n", at: 3000)
        #expect(!third.contains { $0.contains("stale") })
        #expect(Array(third.suffix(5)) == report(up: 1, scraped: 3, added: 0, at: 3000))
    }

    private static let failures: [Result<ScrapeAnswer, ScrapeFailure>] = [
        .failure(.transport("connection refused")), .success(ScrapeAnswer(body: Array("a 1\nb x\n".utf8))),
    ]

    @Test("when a scrape fails all series get stale markers once, and up is 0", arguments: failures)
    func failed(answer: Result<ScrapeAnswer, ScrapeFailure>) throws {
        var state = try state()
        _ = scrape(&state, "a 1\nb 2\n")
        let (lines, outcome) = apply(&state, answer, at: 2000)
        #expect(outcome.failure != nil)
        #expect(
            Array(lines.prefix(3)) == [
                #"a{instance="h:1", job="j"} stale @2000"#, #"b{instance="h:1", job="j"} stale @2000"#,
                #"up{instance="h:1", job="j"} 0.0 @2000"#,
            ])
        #expect(apply(&state, answer, at: 3000).lines.count == 5)
        #expect(scrape(&state, "a 1\n", at: 4000).lines.last?.hasSuffix(" 1.0 @4000") == true)
    }

    @Test("an error says where in the page it is")
    func errorPlace() throws {
        var state = try state()
        #expect(scrape(&state, "a 1\nb x\n").outcome.failure?.description == "line 2, column 3: \"x\" is no number")
    }

    @Test("more samples than the limit fail the scrape, which still counts them")
    func sampleLimit() throws {
        var state = try state { $0.limits.sampleLimit = 2 }
        #expect(scrape(&state, "a 1\nb 2\n").outcome.failure == nil)
        let (lines, outcome) = scrape(&state, "a 1\nb 2\nc 3\n", at: 2000)
        #expect(outcome.failure?.description == "sample limit exceeded")
        #expect(lines.filter { $0.contains("stale") }.count == 2)
        #expect(Array(lines.suffix(5)) == report(up: 0, scraped: 3, added: 0, at: 2000))
    }

    private static let shared: [(Bool, String, String)] = [
        (false, "a{job=\"mine\"} 1", #"a{exported_job="mine", instance="h:1", job="j"}"#),
        (true, "a{job=\"mine\"} 1", #"a{instance="h:1", job="mine"}"#),
        (true, "a{job=\"\"} 1", #"a{instance="h:1"}"#),
        (false, "a{job=\"\", b=\"\"} 1", #"a{instance="h:1", job="j"}"#),
        (
            false, "a{job=\"mine\",exported_job=\"too\"} 1",
            #"a{exported_exported_job="mine", exported_job="too", instance="h:1", job="j"}"#
        ),
        (
            false, "a{instance=\"x\",job=\"y\"} 1",
            #"a{exported_instance="x", exported_job="y", instance="h:1", job="j"}"#
        ),
    ]

    @Test("a label on both sides is renamed, or kept where labels are honoured", arguments: shared)
    func conflicts(honors: Bool, text: String, expected: String) throws {
        var state = try state { $0.honorLabels = honors }
        #expect(scrape(&state, text).lines.first == expected + " 1.0 @1000")
    }

    @Test("a series with a time of its own keeps it and gets no stale marker")
    func timed() throws {
        var state = try state()
        #expect(scrape(&state, "a 1 500\nb 2\n").lines.first == #"a{instance="h:1", job="j"} 1.0 @500"#)
        let stale = scrape(&state, "", at: 2000).lines.filter { $0.contains("stale") }
        #expect(stale == [#"b{instance="h:1", job="j"} stale @2000"#])
    }

    @Test("where times are not honoured, such a series is like any other")
    func timesIgnored() throws {
        var state = try state { $0.honorTimestamps = false }
        #expect(scrape(&state, "a 1 500\n").lines.first == #"a{instance="h:1", job="j"} 1.0 @1000"#)
        #expect(scrape(&state, "", at: 2000).lines.first == #"a{instance="h:1", job="j"} stale @2000"#)
    }

    @Test("a target that ends gets markers for all of its series, once, after its latest sample")
    func ended() throws {
        var state = try state()
        _ = scrape(&state, "a 1\n", at: 5000)
        let lines = RecordingAppender.Append(
            batch: state.end(at: Timestamp(milliseconds: 4000)), policy: .keepValid
        ).lines
        #expect(lines.count == 6)
        #expect(lines.allSatisfy { $0.hasSuffix(" stale @5001") })
    }

    @Test("a target that was never scraped ends without a word")
    func endedEarly() throws {
        var state = try state()
        #expect(state.end(at: Timestamp(milliseconds: 1)).isEmpty)
    }

    @Test("a successor goes on with the series of its predecessor")
    func adopted() throws {
        var old = try state()
        _ = scrape(&old, "a 1\nb 1\n")
        var new = try state { $0.limits.sampleLimit = 10 }
        new.adopt(old)
        let (lines, _) = scrape(&new, "a 1\n", at: 2000)
        #expect(lines.filter { $0.contains("stale") } == [#"b{instance="h:1", job="j"} stale @2000"#])
        #expect(lines.last == #"scrape_series_added{instance="h:1", job="j"} 0.0 @2000"#)
    }

    private func rule(_ change: (inout RelabelSettings) -> Void) throws -> RelabelRule {
        var settings = RelabelSettings()
        change(&settings)
        return try RelabelRule(settings)
    }

    @Test("series are relabelled with the target's labels on; dropped ones are counted as scraped, and not as kept")
    func relabelled() throws {
        var state = try state {
            $0.metricRelabelling = Relabelling([
                try rule {
                    $0.action = .drop
                    $0.sourceLabels = ["__name__"]
                    $0.regex = "go_.*"
                },
                try rule {
                    $0.sourceLabels = ["job", "x"]
                    $0.targetLabel = "y"
                },
            ])
        }
        for time in [1000, 2000] as [Int64] {
            let (lines, outcome) = scrape(&state, "a{x=\"1\"} 1\ngo_b 2\n", at: time)
            #expect(outcome.failure == nil)
            #expect(lines.first == #"a{instance="h:1", job="j", x="1", y="j;1"} 1.0 @\#(time)"#)
            #expect(lines.count == 6)
            #expect(lines[3].contains("scrape_samples_scraped") && lines[3].contains(" 2.0 @"))
            #expect(lines[4].contains("scrape_samples_post_metric_relabeling") && lines[4].contains(" 1.0 @"))
            #expect(lines[5].contains(time == 1000 ? " 1.0 @" : " 0.0 @"))
        }
    }

    @Test("relabelling that takes the name away fails the scrape")
    func nameless() throws {
        var state = try state {
            $0.metricRelabelling = Relabelling([
                try rule {
                    $0.action = .labeldrop
                    $0.regex = "__name__"
                }
            ])
        }
        let (lines, outcome) = scrape(&state, "a 1\n")
        #expect(outcome.failure?.description == "missing metric name (__name__ label)")
        #expect(lines.first?.hasPrefix("up{") == true)
    }

    @Test("the sample limit counts what relabelling leaves")
    func limitAfterRelabelling() throws {
        var state = try state {
            $0.limits.sampleLimit = 1
            $0.metricRelabelling = Relabelling([
                try rule {
                    $0.action = .keep
                    $0.sourceLabels = ["__name__"]
                    $0.regex = "a"
                }
            ])
        }
        #expect(scrape(&state, "a 1\nb 1\nc 1\n").outcome.failure == nil)
        let (lines, outcome) = scrape(&state, "a 1\na{x=\"y\"} 1\nb 1\n", at: 2000)
        #expect(outcome.failure?.description == "sample limit exceeded")
        #expect(lines.first == #"a{instance="h:1", job="j"} stale @2000"#)
    }

    @Test(
        "a series beyond a limit of labels fails the scrape and is named",
        arguments: [
            ("a{x=\"1\",y=\"2\"} 1\n", "label_limit exceeded (metric: a, number of labels: 5, limit: 4)"),
            (
                "a{name_too_long=\"1\"} 1\n",
                "label_name_length_limit exceeded (metric: a, label name: name_too_long, length: 13, limit: 10)"
            ),
            (
                "a{x=\"123456789012\"} 1\n",
                "label_value_length_limit exceeded (metric: a, label name: x, value: \"123456789012\", length: 12, "
                    + "limit: 11)"
            ),
        ])
    func labelLimits(_ text: String, _ problem: String) throws {
        var state = try state {
            $0.limits.labelLimit = 4
            $0.limits.labelNameLengthLimit = 10
            $0.limits.labelValueLengthLimit = 11
        }
        #expect(scrape(&state, "a{x=\"1\"} 1\n").outcome.failure == nil)
        for time in [2000, 3000] as [Int64] {
            let (lines, outcome) = scrape(&state, "a{x=\"1\"} 1\n" + text, at: time)
            #expect(outcome.failure?.description == problem)
            #expect(lines.contains { $0.contains("stale") } == (time == 2000))
        }
    }

    @Test("timestamps of their own are tracked for staleness only where the job says so", arguments: [true, false])
    func trackedTimestamps(tracks: Bool) throws {
        var state = try state { $0.tracksTimestampsStaleness = tracks }
        _ = scrape(&state, "a 1 900\n")
        #expect(scrape(&state, "", at: 2000).lines.contains { $0.contains("stale") } == tracks)
    }
}
