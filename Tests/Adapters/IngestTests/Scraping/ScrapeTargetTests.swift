import Basics
import Ingest
import SignalModel
import Testing

@Suite struct ScrapeTargetTests {
    private let configuration = ScrapeConfiguration(
        jobName: "j", interval: .seconds(60), timeout: .milliseconds(1500))

    private func all(_ targets: [String], _ labels: Labels = .empty) -> [ScrapeTarget] {
        TargetSet(configuration, [TargetGroup(source: "0", addresses: targets, labels: labels)]).targets
    }

    @Test("a target is found with Prometheus' labels and keeps those without underscores")
    func labels() throws {
        let target = try #require(all(["h:1"], Labels([("env", "prod")])).first)
        #expect(target.labels.description == #"{env="prod", instance="h:1", job="j"}"#)
        #expect(
            target.discovered.description
                == #"{__address__="h:1", __metrics_path__="/metrics", __scheme__="http", __scrape_interval__="1m", "#
                + #"__scrape_timeout__="1s500ms", env="prod", job="j"}"#)
        #expect(target.url == "http://h:1/metrics")
    }

    @Test("a group overrides what its job says, instance included")
    func overrides() throws {
        let labels = Labels([
            ("__scheme__", "https"), ("__metrics_path__", "/m"), ("__param_x", "a b&"), ("instance", "i"),
            ("job", "k"),
        ])
        let target = try #require(all(["h:1"], labels).first)
        #expect(target.url == "https://h:1/m?x=a+b%26")
        #expect(target.labels.description == #"{instance="i", job="k"}"#)
    }

    @Test("parameters are in the URL, sorted and encoded")
    func parameters() throws {
        var configuration = configuration
        configuration.parameters = ["match[]": ["{job=\"x\"}", "up"], "a": ["1"]]
        let target = try #require(
            TargetSet(configuration, [TargetGroup(source: "0", addresses: ["h:1"])]).targets.first)
        #expect(target.url == "http://h:1/metrics?a=1&match%5B%5D=%7Bjob%3D%22x%22%7D&match%5B%5D=up")
        #expect(target.discovered["__param_match[]"] == "{job=\"x\"}")
    }

    @Test("a target named twice is one, and other targets of its job do not make it another")
    func identity() {
        let one = all(["a:1", "a:1"])
        let two = all(["b:1", "a:1"])
        #expect(one.count == 1)
        #expect(Set(two).isSuperset(of: one))
    }
}
