import SignalModel
import Testing

@Suite struct RelabellingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var labels: [(String, String)]
        var rules: [RelabelSettings]
        /// Nil: dropped.
        var expected: [(String, String)]?
        var testDescription: String { name }
    }

    private static func rule(
        _ action: RelabelAction = .replace, _ sources: [String]? = nil, regex: String? = nil, to target: String = "",
        _ replacement: String = "$1", separator: String = ";", modulus: UInt64 = 0
    ) -> RelabelSettings {
        var settings = RelabelSettings()
        settings.action = action
        settings.sourceLabels = sources
        settings.regex = regex
        settings.targetLabel = target
        settings.replacement = replacement
        settings.separator = separator
        settings.modulus = modulus
        return settings
    }

    static let cases: [Case] = [
        Case(
            name: "replace expands groups of a match of the whole",
            labels: [("a", "foo"), ("b", "bar")],
            rules: [rule(.replace, ["a"], regex: "f(.*)", to: "d", "ch${1}-ch${1}")],
            expected: [("a", "foo"), ("b", "bar"), ("d", "choo-choo")]),
        Case(
            name: "a part that matches is no match", labels: [("a", "foo")],
            rules: [rule(.replace, ["a"], regex: "o+", to: "d", "x")], expected: [("a", "foo")]),
        Case(
            name: "sources are joined, absent ones empty", labels: [("a", "x"), ("c", "z")],
            rules: [rule(.replace, ["a", "b", "c"], to: "d"), rule(.replace, ["a", "c"], to: "e", separator: "")],
            expected: [("a", "x"), ("c", "z"), ("d", "x;;z"), ("e", "xz")]),
        Case(
            name: "an empty replacement removes, no source sets", labels: [("a", "x")],
            rules: [rule(.replace, ["a"], to: "a", ""), rule(to: "b", "static")], expected: [("b", "static")]),
        Case(
            name: "the target may be expanded; an empty one changes nothing",
            labels: [("a", "name=value"), ("b", "")],
            rules: [
                rule(.replace, ["a"], regex: "(?P<key>\\w+)=(?P<text>\\w+)", to: "__x_${key}", "$text"),
                rule(.replace, ["a"], regex: ".*", to: "$2", "y"),
            ], expected: [("a", "name=value"), ("__x_name", "value")]),
        Case(
            name: "names are any text", labels: [("http.method", "GET")],
            rules: [
                rule(.replace, ["http.method"], to: "méthode/$1"), rule(.labelmap, regex: "http\\.(.*)", "net.$1"),
                rule(.lowercase, ["http.method"], to: "k 8"),
            ],
            expected: [("http.method", "GET"), ("k 8", "get"), ("méthode/GET", "GET"), ("net.method", "GET")]),
        Case(
            name: "the dot matches newlines", labels: [("a", "x\ny")],
            rules: [rule(.keep, ["a"], regex: "x.y"), rule(.replace, ["a"], to: "b")],
            expected: [("a", "x\ny"), ("b", "x\ny")]),
        Case(name: "keep drops what does not match", labels: [("a", "x")], rules: [rule(.keep, ["a"], regex: "y")]),
        Case(
            name: "keep keeps what does", labels: [("a", "xy")], rules: [rule(.keep, ["a"], regex: "x|xy")],
            expected: [("a", "xy")]),
        Case(name: "drop drops what matches", labels: [("a", "x")], rules: [rule(.drop, ["a"], regex: "x")]),
        Case(
            name: "drop keeps the rest", labels: [("a", "xx")], rules: [rule(.drop, ["a"], regex: "x")],
            expected: [("a", "xx")]),
        Case(
            name: "what was dropped stays so", labels: [("a", "x")], rules: [rule(.drop, ["a"]), rule(to: "b", "y")]),
        Case(
            name: "keepequal compares", labels: [("port", "80"), ("scrape", "80")],
            rules: [rule(.keepequal, ["port"], to: "scrape")], expected: [("port", "80"), ("scrape", "80")]),
        Case(
            name: "keepequal drops others", labels: [("port", "80"), ("scrape", "81")],
            rules: [rule(.keepequal, ["port"], to: "scrape")]),
        Case(
            name: "dropequal drops equals", labels: [("port", "80"), ("scrape", "80")],
            rules: [rule(.dropequal, ["port"], to: "scrape")]),
        Case(
            name: "dropequal keeps others", labels: [("port", "80")],
            rules: [rule(.dropequal, ["port"], to: "scrape")],
            expected: [("port", "80")]),
        // md5("foo;bar;baz"), last eight bytes, modulo 1000: as in Prometheus' own tests.
        Case(
            name: "hashmod is Prometheus'", labels: [("a", "foo"), ("b", "bar"), ("c", "baz")],
            rules: [rule(.hashmod, ["c"], to: "d", modulus: 1000)],
            expected: [("a", "foo"), ("b", "bar"), ("c", "baz"), ("d", "976")]),
        Case(
            name: "hashmod of newlines", labels: [("a", "foo\nbar")],
            rules: [rule(.hashmod, ["a"], to: "b", modulus: 1000)],
            expected: [("a", "foo\nbar"), ("b", "734")]),
        Case(
            name: "labelmap copies, of two that meet the later name wins",
            labels: [("__meta_x_a", "1"), ("__meta_x_b", "2"), ("__meta_y_a", "3")],
            rules: [rule(.labelmap, regex: "__meta_._(.*)")],
            expected: [
                ("__meta_x_a", "1"), ("__meta_x_b", "2"), ("__meta_y_a", "3"), ("a", "3"), ("b", "2"),
            ]),
        Case(
            name: "labelmap reads what was there before it", labels: [("a", "1"), ("ab", "2")],
            rules: [rule(.labelmap, regex: "a(b?)", "a${1}b")], expected: [("a", "1"), ("ab", "1"), ("abb", "2")]),
        Case(
            name: "labeldrop and labelkeep go by name", labels: [("aa", "1"), ("ab", "2"), ("b", "3")],
            rules: [rule(.labelkeep, regex: "a."), rule(.labeldrop, regex: "ab")], expected: [("aa", "1")]),
        Case(
            name: "case mapping keeps the number of letters", labels: [("a", "Straße Ünï İ ﬁ ᾳ")],
            rules: [rule(.uppercase, ["a"], to: "up"), rule(.lowercase, ["a"], to: "low")],
            expected: [
                ("a", "Straße Ünï İ ﬁ ᾳ"), ("low", "straße ünï i ﬁ ᾳ"), ("up", "STRAßE ÜNÏ İ ﬁ ᾼ"),
            ]),
    ]

    @Test("each action does what it does in Prometheus 3", arguments: cases)
    func actions(_ example: Case) throws {
        let relabelling = Relabelling(try example.rules.map { try RelabelRule($0) })
        let labels = Labels(example.labels.map { (name: $0.0, value: $0.1) })
        let expected = example.expected.map { Labels($0.map { (name: $0.0, value: $0.1) }) }
        #expect(relabelling.applied(to: labels) == expected)
        #expect(relabelling.steps(for: labels).last?.labels == expected)
    }

    @Test("steps end with the rule that drops")
    func steps() throws {
        let relabelling = Relabelling(
            try [Self.rule(to: "a", "1"), Self.rule(.drop, ["a"], regex: "1"), Self.rule(to: "b", "2")].map {
                try RelabelRule($0)
            })
        let steps = relabelling.steps(for: Labels([(name: "x", value: "y")]))
        #expect(steps.map(\.labels) == [Labels([(name: "a", value: "1"), (name: "x", value: "y")]), nil])
        #expect(steps.map(\.rule.action) == [.replace, .drop])
    }

    static let refused: [(RelabelSettings, String)] = [
        (rule(.hashmod, ["a"], to: "b"), "relabel configuration for hashmod requires non-zero modulus"),
        (rule(.replace, ["a"]), "relabel configuration for replace action requires 'target_label' value"),
        (rule(.lowercase, ["a"]), "relabel configuration for lowercase action requires 'target_label' value"),
        (rule(.keepequal, ["a"]), "relabel configuration for keepequal action requires 'target_label' value"),
        (rule(.uppercase, ["a"], to: "b", "c"), "'replacement' can not be set for uppercase action"),
        (rule(.dropequal, ["a"], to: "b", "c"), "'replacement' can not be set for dropequal action"),
        (rule(.labelmap, regex: "a", ""), "\"\" is invalid 'replacement' for labelmap action"),
        (
            rule(.keepequal, ["a"], regex: "(.*)", to: "b"),
            "keepequal action requires only 'source_labels' and `target_label`, and no other fields"
        ),
        (
            rule(.dropequal, ["a"], to: "b", separator: ","),
            "dropequal action requires only 'source_labels' and `target_label`, and no other fields"
        ),
        (rule(.labeldrop, ["a"]), "labeldrop action requires only 'regex', and no other fields"),
        (rule(.labelkeep, to: "a"), "labelkeep action requires only 'regex', and no other fields"),
        (rule(.labelkeep, "a"), "labelkeep action requires only 'regex', and no other fields"),
        (rule(.keep, ["a"], regex: "("), "invalid regular expression: missing ): ("),
    ]

    private static func rule(_ action: RelabelAction, _ replacement: String) -> RelabelSettings {
        rule(action, nil, to: "", replacement)
    }

    @Test("what Prometheus refuses is refused in its words", arguments: refused)
    func validation(_ settings: RelabelSettings, _ text: String) {
        #expect(throws: InvalidRelabelRule.self) { try RelabelRule(settings) }
        do { _ = try RelabelRule(settings) } catch { #expect(error.description == text) }
    }
}
