import Basics
import Ingest
import SignalModel
import Testing

@Suite struct TargetSetTests {
    private var configuration = ScrapeConfiguration(jobName: "j", interval: .seconds(60), timeout: .seconds(10))

    private func rule(_ change: (inout RelabelSettings) -> Void) throws -> RelabelRule {
        var settings = RelabelSettings()
        change(&settings)
        return try RelabelRule(settings)
    }

    private func group(_ targets: Labels..., labels: Labels = .empty) -> TargetGroup {
        TargetGroup(source: "g", targets: targets, labels: labels)
    }

    @Test("rules see what was found, over what the group says, over what the job says; meta labels go after them")
    func layers() throws {
        var configuration = configuration
        configuration.relabelling = Relabelling([
            try rule {
                $0.sourceLabels = ["__meta_pod", "job", "zone", "__scheme__"]
                $0.targetLabel = "seen"
            },
            try rule {
                $0.action = .labelmap
                $0.regex = "__meta_(.*)"
            },
        ])
        let set = TargetSet(
            configuration,
            [
                group(
                    Labels([("__address__", "h"), ("__meta_pod", "p"), ("zone", "own")]),
                    labels: Labels([("zone", "group"), ("job", "k"), ("__scheme__", "https")]))
            ])
        let target = try #require(set.targets.first)
        #expect(target.labels.description == #"{instance="h", job="k", pod="p", seen="p;k;own;https", zone="own"}"#)
        #expect(target.url == "https://h/metrics")
        #expect(target.discovered["__meta_pod"] == "p")
    }

    @Test("a prober's target becomes a parameter and its address the prober's")
    func prober() throws {
        var configuration = configuration
        configuration.metricsPath = "/probe"
        configuration.parameters = ["module": ["http_2xx"]]
        configuration.relabelling = Relabelling([
            try rule {
                $0.sourceLabels = ["__address__"]
                $0.targetLabel = "__param_target"
            },
            try rule {
                $0.sourceLabels = ["__param_target"]
                $0.targetLabel = "instance"
            },
            try rule {
                $0.targetLabel = "__address__"
                $0.replacement = "prober:9115"
            },
        ])
        let set = TargetSet(configuration, [TargetGroup(source: "0", addresses: ["https://shop.test/a b"])])
        let target = try #require(set.targets.first)
        #expect(target.url == "http://prober:9115/probe?module=http_2xx&target=https%3A%2F%2Fshop.test%2Fa+b")
        #expect(target.labels.description == #"{instance="https://shop.test/a b", job="j"}"#)
    }

    @Test("interval and timeout are labels too")
    func times() throws {
        let set = TargetSet(
            configuration,
            [
                group(
                    Labels([
                        ("__address__", "h:1"), ("__scrape_interval__", "1m30s"), ("__scrape_timeout__", "250ms"),
                    ]))
            ])
        #expect(set.targets.first?.interval == .seconds(90))
        #expect(set.targets.first?.timeout == .milliseconds(250))
    }

    @Test(
        "what cannot be scraped is named and its neighbours are",
        arguments: [
            ([("__address__", "")], "no address"),
            ([("__address__", "http://h:1")], #""http://h:1" is not a valid hostname"#),
            (
                [("__address__", "h"), ("__scrape_interval__", "soon")],
                #"error parsing scrape interval: not a valid duration string: "soon""#
            ),
            ([("__address__", "h"), ("__scrape_interval__", "0s")], "scrape interval cannot be 0"),
            ([("__address__", "h"), ("__scrape_timeout__", "0s")], "scrape timeout cannot be 0"),
            (
                [("__address__", "h"), ("__scrape_timeout__", "2m")],
                #"scrape timeout cannot be greater than scrape interval ("2m" > "1m")"#
            ),
        ])
    func problems(_ labels: [(String, String)], _ reason: String) {
        let bad = Labels(labels.map { (name: $0.0, value: $0.1) })
        let set = TargetSet(configuration, [group(Labels([("__address__", "h:1")]), bad)])
        #expect(set.targets.count == 1)
        #expect(set.problems == ["instance 1 in group g: \(reason)"])
        #expect(set.droppedCount == 0)
    }

    @Test(
        "targets that rules drop are counted, and as many kept as the job says", arguments: [(0, 3), (2, 2), (9, 3)])
    func dropped(keeps: Int, kept: Int) throws {
        var configuration = configuration
        configuration.limits.keepDroppedTargets = keeps
        configuration.relabelling = Relabelling([
            try rule {
                $0.action = .drop
                $0.sourceLabels = ["__address__"]
                $0.regex = "drop.*"
            }
        ])
        let set = TargetSet(
            configuration, [TargetGroup(source: "0", addresses: ["drop1", "keep", "drop2", "drop3"])])
        #expect(set.targets.map(\.url) == ["http://keep/metrics"])
        #expect(set.droppedCount == 3)
        #expect(set.dropped.count == kept)
        #expect(set.dropped.first?["__address__"] == "drop1")
    }

    @Test("a label that rules make nothing of does not make another target")
    func identity() {
        func target(_ note: String) -> ScrapeTarget? {
            TargetSet(configuration, [group(Labels([("__address__", "h"), ("__meta_note", note)]))]).targets.first
        }
        #expect(target("a") == target("b"))
        #expect(target("a")?.discovered != target("b")?.discovered)
    }

    @Test("what is found again comes to the same, what is new is added, what is gone goes, other rules hold at once")
    func again() throws {
        var configuration = configuration
        configuration.relabelling = Relabelling([
            try rule {
                $0.action = .drop
                $0.sourceLabels = ["__address__"]
                $0.regex = "d.*"
            }
        ])
        func found(_ addresses: String..., after previous: TargetSet? = nil) -> TargetSet {
            TargetSet(configuration, [TargetGroup(source: "0", addresses: addresses)], after: previous)
        }
        let first = found("a", "d1", "x/")
        let second = found("x/", "a", "b", "d2", after: first)
        let alone = found("x/", "a", "b", "d2")
        #expect(second.targets == alone.targets && second.dropped == alone.dropped)
        #expect(second.problems == ["instance 0 in group 0: \"x/\" is not a valid hostname"])
        configuration.relabelling = .none
        #expect(found("a", "d1", after: second).targets.count == 2)
    }
}
