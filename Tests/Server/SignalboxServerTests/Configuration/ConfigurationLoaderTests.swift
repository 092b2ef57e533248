import Basics
import Foundation
import Identity
import Ingest
import Notifiers
import Response
import Rules
import SignalModel
import Testing
import WireFormats

@testable import SignalboxServer

@Suite("Configuration files")
struct ConfigurationLoaderTests {
    private func load(_ text: String, _ files: [String: String] = [:], environment: [String: String] = [:]) throws
        -> SignalboxConfiguration
    {
        try ConfigurationFixtures.load(text, files, environment: environment)
    }

    @Test("an empty section has the defaults that ship")
    func defaults() throws {
        let configuration = try load("server:\n")
        #expect(configuration.server.listen.description == "127.0.0.1:7070")
        #expect(configuration.server.externalURL == "http://127.0.0.1:7070")
        #expect(configuration.storagePath == "data")
        #expect(configuration.identity.mode == .local)
        #expect(configuration.metrics.retention == .seconds(15 * 86_400))
        #expect(configuration.metrics.retentionBytes == nil)
        #expect(configuration.metrics.evaluationInterval == .seconds(60))
        #expect(configuration.ruleGroups.isEmpty)
        #expect(configuration.files == ["main.yaml"])
    }

    @Test("paths are relative to the folder of the file they stand in")
    func paths() throws {
        let loader = ConfigurationFixtures.loader([
            "/etc/signalbox/signalbox.yaml": """
            storage: { path: ./data }
            server: { tls: { certificate: tls/cert.pem, key: /keys/key.pem } }
            rules: [ "rules/*.yaml", rules/b.yaml ]
            paging: { file: people/paging.yaml }
            """,
            "/etc/signalbox/rules/b.yaml": "groups: [ { name: g, rules: [] } ]",
            "/etc/signalbox/rules/a.yaml": "groups: [ { name: g, rules: [] } ]",
            "/etc/signalbox/rules/.hidden.yaml": "nonsense",
            "/etc/signalbox/people/paging.yaml": "channels: { x: { slack: { webhook_url: \"file:slack.url\" } } }",
            "/etc/signalbox/people/slack.url": "https://hooks.slack.test/s3cr3t\n",
        ])
        let configuration = try loader.load("/etc/signalbox/signalbox.yaml")
        #expect(configuration.storagePath == "/etc/signalbox/data")
        #expect(configuration.server.tls?.certificate == "/etc/signalbox/tls/cert.pem")
        #expect(configuration.server.tls?.key == "/keys/key.pem")
        #expect(configuration.server.externalURL == "https://127.0.0.1:7070")
        #expect(
            configuration.ruleGroups.map(\.file) == ["/etc/signalbox/rules/a.yaml", "/etc/signalbox/rules/b.yaml"])
        #expect(
            configuration.paging.channels == [
                "x": .slack(SlackSettings(webhookURL: "https://hooks.slack.test/s3cr3t"))
            ])
        #expect(configuration.files.count == 4)
    }

    @Test("scrape jobs take Prometheus' form and defaults")
    func scrapeJobs() throws {
        let configuration = try load(
            """
            metrics:
              scrape_interval: 30s
              scrape_configs:
                - job_name: plain
                  static_configs: [ { targets: [ "a:1", "b" ], labels: { service: shop } } ]
                - job_name: full
                  scrape_interval: 5s
                  metrics_path: /stats
                  scheme: https
                  params: { module: [ http_2xx, tcp ] }
                  honor_labels: true
                  honor_timestamps: false
                  sample_limit: 1000
                  body_size_limit: 10MB
                  basic_auth: { username: prometheus, password: "x${TOKEN}y$${z}" }
                  static_configs: [ { targets: [ c ] } ]
            """, environment: ["TOKEN": "s3cr3t"])
        let jobs = configuration.metrics.scrapeJobs
        #expect(jobs.map(\.name) == ["plain", "full"])
        #expect(jobs[0].interval == .seconds(30))
        #expect(jobs[0].timeout == .seconds(10))
        #expect(jobs[0].metricsPath == "/metrics")
        #expect(jobs[0].honorTimestamps)
        #expect(
            jobs[0].discoveries == [
                .fixed([TargetGroup(source: "0", addresses: ["a:1", "b"], labels: Labels([("service", "shop")]))])
            ])
        #expect(jobs[1].timeout == .seconds(5))
        #expect(jobs[1].scheme == .https)
        #expect(jobs[1].parameters == [.init(name: "module", values: ["http_2xx", "tcp"])])
        #expect(
            jobs[1].http.authentication
                == .basic(username: .text("prometheus"), password: .text("xs3cr3ty${z}")))
        #expect(jobs[1].bodySizeLimit == 10 << 20)
        #expect(jobs[1].discoveries == [.fixed([TargetGroup(source: "0", addresses: ["c"])])])
    }

    @Test("relabelling and limits take Prometheus' form; with rules a target may be anything")
    func relabelling() throws {
        let job = try load(
            """
            metrics:
              scrape_configs:
                - job_name: probe
                  relabel_configs:
                    - { source_labels: [__address__], target_label: __param_target }
                    - { target_label: __address__, replacement: "prober:9115" }
                    - { action: KEEP, source_labels: [http.method, b], separator: "", regex: }
                  metric_relabel_configs:
                    - { action: hashmod, source_labels: [a], target_label: shard, modulus: 8 }
                  honor_labels: true
                  track_timestamps_staleness: true
                  sample_limit: 1
                  label_limit: 2
                  label_name_length_limit: 3
                  label_value_length_limit: 4
                  target_limit: 5
                  keep_dropped_targets: 6
                  static_configs: [ { targets: [ "https://shop.test/" ], labels: { "näme.x": 1 } } ]
            """
        ).metrics.scrapeJobs[0]
        let steps = job.relabelling.steps(for: Labels([("__address__", "a/b")]))
        #expect(steps.map(\.rule.action) == [.replace, .replace, .keep])
        #expect(steps.last?.labels?.description == #"{__address__="prober:9115", __param_target="a/b"}"#)
        #expect(job.metricRelabelling.steps(for: .empty).first?.rule.modulus == 8)
        #expect(job.tracksTimestampsStaleness)
        let limits = job.limits
        #expect((limits.sampleLimit, limits.labelLimit, limits.labelNameLengthLimit) == (1, 2, 3))
        #expect((limits.labelValueLengthLimit, limits.targetLimit, limits.keepDroppedTargets) == (4, 5, 6))
        #expect(
            job.discoveries == [
                .fixed([
                    TargetGroup(
                        source: "0", addresses: ["https://shop.test/"], labels: Labels([("näme.x", "1")]))
                ])
            ])
    }

    @Test("discovery takes Prometheus' form and defaults, and paths beside the file")
    func discovery() throws {
        let loader = ConfigurationFixtures.loader([
            "/etc/signalbox/signalbox.yaml": """
            metrics:
              scrape_configs:
                - job_name: found
                  file_sd_configs:
                    - files: [ "targets/*.json", /run/sd.yml ]
                    - { files: [ a.yaml ], refresh_interval: 10s }
                  dns_sd_configs:
                    - names: [ _http._tcp.shop.test ]
                    - { names: [ db.test, db2.test ], type: a, port: 9100, refresh_interval: 1m }
            """
        ])
        let found = try loader.load("/etc/signalbox/signalbox.yaml").metrics.scrapeJobs[0].discoveries
        var slow = FileDiscoveryConfiguration(files: ["/etc/signalbox/a.yaml"])
        slow.refreshInterval = .seconds(10)
        var addresses = DNSDiscoveryConfiguration(names: ["db.test", "db2.test"])
        addresses.type = .a
        addresses.port = 9100
        addresses.refreshInterval = .seconds(60)
        #expect(
            found == [
                .file(FileDiscoveryConfiguration(files: ["/etc/signalbox/targets/*.json", "/run/sd.yml"])),
                .file(slow), .dns(DNSDiscoveryConfiguration(names: ["_http._tcp.shop.test"])), .dns(addresses),
            ])
    }

    @Test("groups in YAML files are read like static ones, mistakes named by place")
    func discoveredGroups() throws {
        let groups = try DiscoveredGroups.decodeYAML(
            Array("- targets: [a:1, 'http://b/']\n  labels: { zone: x }\n- targets: []\n".utf8), "/sd/t.yml")
        #expect(
            groups == [
                TargetGroup(source: "/sd/t.yml:0", addresses: ["a:1", "http://b/"], labels: Labels([("zone", "x")])),
                TargetGroup(source: "/sd/t.yml:1", addresses: []),
            ])
        do {
            _ = try DiscoveredGroups.decodeYAML(Array("- targets: [a:1]\n  lables: {}\n".utf8), "/sd/t.yml")
            Issue.record("taken")
        } catch { #expect(error.description == #"2:3: unknown key "[0].lables"; did you mean "labels"?"#) }
    }

    @Test("a secret shows nowhere when a configuration is printed")
    func secrets() throws {
        let configuration = try load(
            """
            metrics: { scrape_configs: [ { job_name: a, authorization: { credentials: "${TOKEN}" } } ] }
            paging: { file: paging.yaml }
            """,
            [
                "paging.yaml":
                    "channels: { x: { webhook: { url: \"https://e.test/${TOKEN}\", headers: { X-Key: \"${TOKEN}\" } } } }"
            ],
            environment: ["TOKEN": "s3cr3t"])
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cr3t"))
        #expect(!"\(configuration)".contains("s3cr3t"))
        #expect(!String(reflecting: configuration).contains("s3cr3t"))
    }

    @Test("rule files in Prometheus' form become groups")
    func rules() throws {
        let configuration = try load(
            """
            metrics: { evaluation_interval: 30s, rule_query_offset: 10s }
            rules: [r.yaml]
            """,
            [
                "r.yaml": """
                groups:
                  - name: g
                    interval: 5m
                    query_offset: 1m
                    limit: 7
                    labels: { team: infra, severity: P1 }
                    rules:
                      - record: job:up:sum
                        expr: sum by (job) (up)
                        labels: { severity: "" }
                      - alert: Down
                        expr: |
                          up
                            == 0
                        for: 5m
                        keep_firing_for: 1h30m
                        labels: { severity: P0 }
                        annotations: { summary: "{{ $labels.job }}" }
                  - name: h
                    rules: [ { record: one, expr: 1 } ]
                """
            ])
        let groups = configuration.ruleGroups
        #expect(groups.map(\.name) == ["g", "h"])
        #expect(groups[0].interval == .seconds(300))
        #expect(groups[0].queryOffset == .seconds(60))
        #expect(groups[0].limit == 7)
        #expect(groups[1].interval == .seconds(30))
        #expect(groups[1].queryOffset == .seconds(10))
        guard case .recording(let recording) = groups[0].rules[0], case .alerting(let alerting) = groups[0].rules[1]
        else { throw RuleError("other kinds of rules") }
        #expect(recording.labels.pairs.map(\.name) == ["severity", "team"])
        #expect(alerting.query == "up == 0")
        #expect(alerting.hold == .seconds(300))
        #expect(alerting.keepFiring == .seconds(5400))
        #expect(alerting.labels.pairs.map { "\($0.name)=\($0.value)" } == ["severity=P0", "team=infra"])
    }

    @Test("the paging file says who there is, how to reach them and who is told what")
    func paging() throws {
        let configuration = try load(
            "paging: { file: paging.yaml }",
            [
                "paging.yaml": """
                channels:
                  alerts: { slack: { webhook_url: "https://hooks.slack.test/x" } }
                  mail: { email: { host: smtp.example.org, from: Signalbox <s@example.org>, security: tls, username: u, password: p } }
                people:
                  maria: { name: Maria Berg, email: maria@example.org, phone: "+491701234567", contacts: [mail, { channel: alerts, address: "" }] }
                  lead: { contacts: [mail], email: lead@example.org }
                teams:
                  infrastructure: { members: [maria], lead: maria, services: [cart, search] }
                escalation:
                  levels: [ { people: [maria], wait: 5m }, { people: [lead] } ]
                  secondary: lead
                  lead: lead
                  lead_after: 30m
                  reopen_after: 45m
                policy: { P2: { page_after: 20m, announce: false } }
                announce: [alerts]
                group_by: [alertname, cluster]
                self_alarm: [mail]
                """
            ])
        let paging = configuration.paging
        #expect(paging.people.map(\.id) == ["maria", "lead"])
        #expect(
            paging.people[0].contacts == [
                .init(channel: "mail", address: "maria@example.org"), .init(channel: "alerts", address: ""),
            ])
        #expect(paging.teams[0].members == ["maria"])
        let policy = paging.configuration(externalURL: "")
        #expect(policy.lead == "lead" && policy.serviceLeads == ["cart": "maria", "search": "maria"])
        #expect(paging.levels == [.init(people: ["maria"], wait: .seconds(300)), .init(people: ["lead"], wait: nil)])
        #expect(paging.policy[.p2]?.pageAfter == .seconds(1200))
        #expect(paging.policy[.p2]?.announces == false)
        #expect(paging.leadAfter == .seconds(1800))
        #expect(paging.reopenAfter == .seconds(2700))
        #expect(paging.groupBy == ["alertname", "cluster"])
        guard case .email(let mail) = paging.channels["mail"] else { throw RuleError("no mail") }
        #expect(mail.port == 465)
        #expect(mail.security == .implicitTLS)
    }

    @Test("the examples and packs that ship are right")
    func examples() throws {
        var files: [String: String] = [:]
        for path in ["signalbox.yaml", "paging.yaml", "rules/work.yaml", "rules/resources.yaml"] {
            files["examples/quickstart/" + path] = try ConfigurationFixtures.text("examples/quickstart/" + path)
        }
        let configuration = try ConfigurationFixtures.loader(files).load("examples/quickstart/signalbox.yaml")
        #expect(configuration.storagePath == "examples/quickstart/data")
        #expect(configuration.ruleGroups.flatMap(\.rules).contains { $0.name == "ExporterDown" })
        #expect(configuration.metrics.scrapeJobs.count == 1)
        for name in try ConfigurationFixtures.names(in: "packs/rules") {
            let problems = try ConfigurationFixtures.problems(
                "rules: [r.yaml]", ["r.yaml": try ConfigurationFixtures.text("packs/rules/\(name)")])
            #expect(problems.isEmpty)
        }
    }

    @Test("the quickstart loads from the disk itself")
    func disk() throws {
        let files = ConfigurationFiles(disk: PosixFileSystem()) { _ in nil }
        let path = ConfigurationFixtures.root.appending(path: "examples/quickstart/signalbox.yaml").path
        let configuration = try ConfigurationLoader(files: files).load(path)
        #expect(configuration.files.count == 4)
        #expect(configuration.ruleGroups.count == 3)
    }

    @Test(
        "`*` and `?` in a path stand for parts of one name",
        arguments: [
            ("*.yaml", ["a.yaml", "ab.yaml"]), ("?.yaml", ["a.yaml"]),
            ("r/*/x.yaml", ["r/one/x.yaml", "r/two/x.yaml"]),
            ("a.yaml", ["a.yaml"]), ("a*b*.yaml", ["ab.yaml"]), ("none*", []), ("r/*", ["r/y.yaml"]),
            ("missing.yaml", []),
        ])
    func globs(_ pattern: String, _ expected: [String]) throws {
        let disk = ["a.yaml", "ab.yaml", "r/one/x.yaml", "r/two/x.yaml", "r/y.yaml"]
        let files = Dictionary(uniqueKeysWithValues: disk.map { ("d/" + $0, "groups: []") })
        let text = "rules: [ \"d/\(pattern)\" ]"
        if expected.isEmpty {
            #expect(try !ConfigurationFixtures.problems(text, files).isEmpty)
        } else {
            #expect(try load(text, files).files == ["main.yaml"] + expected.map { "d/" + $0 })
        }
    }
}
