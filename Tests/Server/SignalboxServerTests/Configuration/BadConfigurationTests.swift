import Testing

@testable import SignalboxServer

@Suite("Mistakes in configuration files")
struct BadConfigurationTests {
    /// `rules-*`, `paging-*`, `alertmanager-*` and `objectives-*` are such files; a main file that names them is put around them.
    private static func problems(_ name: String) throws -> [String] {
        let text = try ConfigurationFixtures.text("Fixtures/configuration/\(name)")
        if name.hasPrefix("rules-") {
            return try ConfigurationFixtures.problems("rules: [\(name)]", [name: text])
        }
        if name.hasPrefix("paging-") {
            return try ConfigurationFixtures.problems("paging: { file: \(name) }", [name: text])
        }
        if name.hasPrefix("alertmanager-") {
            return try ConfigurationFixtures.problems("alerting: { config: \(name) }", [name: text])
        }
        if name.hasPrefix("objectives-") {
            return try ConfigurationFixtures.problems("objectives: [\(name)]", [name: text])
        }
        do {
            _ = try ConfigurationFixtures.loader([name: text]).load(name)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    static let names = (try? ConfigurationFixtures.names(in: "Fixtures/configuration")) ?? []

    @Test(
        "each mistake is named with its place and what would be right",
        arguments: names.filter { $0.hasSuffix(".bad.yaml") })
    func mistakes(_ name: String) throws {
        let expected = try ConfigurationFixtures.text(
            "Fixtures/configuration/" + name.replacing(".bad.yaml", with: ".expected"))
        let problems = try Self.problems(name)
        #expect(problems == expected.split(separator: "\n").map(String.init))
    }

    @Test("every expectation has its file")
    func pairs() {
        let bad = Self.names.filter { $0.hasSuffix(".bad.yaml") }
        #expect(bad.count > 35)
        for name in Self.names where name.hasSuffix(".expected") {
            #expect(bad.contains(name.replacing(".expected", with: ".bad.yaml")))
        }
    }

    @Test("all problems of all files are reported at once, in order")
    func together() throws {
        let problems = try ConfigurationFixtures.problems(
            "metrics:\n  retention: x\n  scrape_interval: y\nrules: [r.yaml]\n",
            ["r.yaml": "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: up ==\n"])
        #expect(problems.map { $0.prefix { $0 != " " } } == ["main.yaml:2:14:", "main.yaml:3:20:", "r.yaml:5:20:"])
    }

    @Test(
        "sizes have Prometheus' units",
        arguments: [
            ("512MB", ""), ("1GB", ""), ("300000KB", ""), ("1", "must be at least 256MB"),
            ("1MB", "must be at least 256MB"),
            ("1gb", "a size such as"),
            ("GB", "a size such as"), ("9999999999EB", "a size such as"), ("-1GB", "a size such as"),
        ])
    func sizes(text: String, says: String) throws {
        let configuration = "metrics: { retention_size: \(text) }\n"
        if says.isEmpty {
            let loaded = try ConfigurationFixtures.loader(["main.yaml": configuration]).load("main.yaml")
            #expect(loaded.metrics.retentionBytes != nil)
        } else {
            #expect(try ConfigurationFixtures.problems(configuration, [:]).contains { $0.contains(says) })
        }
    }

    @Test("experimental functions are for who asks for them, in rules too")
    func features() throws {
        let rules = "groups: [ { name: g, rules: [ { record: a, expr: 'mad_over_time(x[5m])' } ] } ]\n"
        let without = try ConfigurationFixtures.problems("rules: [r.yaml]\n", ["r.yaml": rules])
        #expect(without.contains { $0.contains("mad_over_time\" is not enabled") })
        let asked = "metrics: { enable_features: [promql-experimental-functions] }\nrules: [r.yaml]\n"
        let loaded = try ConfigurationFixtures.loader(["main.yaml": asked, "r.yaml": rules]).load("main.yaml")
        #expect(loaded.ruleGroups.count == 1)
        let unknown = try ConfigurationFixtures.problems("metrics: { enable_features: [warp] }\n", [:])
        #expect(unknown.contains { $0.contains("promql-experimental-functions") })
    }

    @Test("a file that is missing, too large or no text is said to be so")
    func unreadable() throws {
        let loader = ConfigurationFixtures.loader(["big.yaml": String(repeating: "#", count: (1 << 20) + 1)])
        for (path, message) in [
            ("none.yaml", "none.yaml: there is no such file"),
            ("big.yaml", "big.yaml: a configuration file is at most 1048576 bytes"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try loader.load(path) }
            #expect(error?.description == message)
        }
    }

    @Test(
        "hostile YAML is refused quickly and without harm",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 20_000),
            String(repeating: "- ", count: 50_000),
            (0..<900).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
            "a: &a [*a]", "? [x]\n: y", "\u{0}", "a: !!binary x", "%YAML 9.9\n---\na: 1", "a: \"\\ud800\"",
            String(repeating: "k: v\n", count: 1000), "---\na: 1\n---\nb: 2\n", "- 1", "&a x: 1\n*a : 2",
        ])
    func hostile(_ text: String) throws {
        #expect(try !ConfigurationFixtures.problems(text).isEmpty)
    }

    @Test("no bytes crash the loader", arguments: [UInt64](1...10))
    func fuzz(_ seed: UInt64) throws {
        let base = Array(try ConfigurationFixtures.text("examples/quickstart/signalbox.yaml").utf8)
        let rules = Array(try ConfigurationFixtures.text("examples/quickstart/rules/resources.yaml").utf8)
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<30 {
            var main = base
            var file = rules
            for _ in 0..<3 {
                main[next(main.count)] = UInt8(next(128))
                file[next(file.count)] = UInt8(next(128))
            }
            _ = try ConfigurationFixtures.problems(
                String(decoding: main, as: UTF8.self), ["rules/r.yaml": String(decoding: file, as: UTF8.self)])
        }
    }
}
