import Basics
import SignalModel
import Testing

@testable import GoTemplates

@Suite("Templates")
struct TemplateTests {
    /// Rendered with labels `instance="db-1.example.org:9100"`, `job="db"`, value 1234567.5 unless said, external
    /// label `cluster="eu"`, at 2015-06-23 13:19:44.128.
    static func render(_ source: String, value: Double = 1_234_567.5, name: String = "__alert_A") throws -> String {
        let template = try Template(source, name: name)
        let data = TemplateData(
            labels: Labels([("__name__", "up"), ("instance", "db-1.example.org:9100"), ("job", "db")]),
            externalLabels: Labels([("cluster", "eu")]), externalURL: "https://signalbox.test/ops", value: value)
        return try template.render(
            data, at: Timestamp(milliseconds: 1_435_065_584_128),
            in: TemplateEnvironment(externalURL: "https://signalbox.test/ops", query: answer))
    }

    /// `q` has three elements, anything else none; `broken` fails.
    @Sendable static func answer(_ query: String) throws -> [TemplateSample] {
        if query == "broken" { throw QueryFailure() }
        guard query == "q" else { return [] }
        return [("b", 2.0), ("a", 1.0), ("c", 3.0)].map {
            TemplateSample(labels: Labels([("zone", $0.0)]), value: $0.1)
        }
    }

    private struct QueryFailure: Error, CustomStringConvertible {
        var description: String { "1:1: parse error: no such thing" }
    }

    @Test(
        "a template renders as Prometheus renders it",
        arguments: [
            ("plain text", "plain text"),
            ("", ""),
            ("{{ $value }}", "1.2345675e+06"),
            ("{{ .Value }}", "1.2345675e+06"),
            ("{{ $labels.instance }} of {{ $labels.job }}", "db-1.example.org:9100 of db"),
            ("{{ .Labels.instance }}", "db-1.example.org:9100"),
            ("{{ $labels.nothing }}|", "|"),
            ("{{ $externalLabels.cluster }} {{ .ExternalLabels.cluster }}", "eu eu"),
            (
                "{{ $externalURL }} {{ externalURL }} {{ pathPrefix }}",
                "https://signalbox.test/ops https://signalbox.test/ops /ops"
            ),
            ("a {{- 1 -}} b", "a1b"),
            ("a {{/* nothing */}} b", "a  b"),
            ("a {{- /* nothing */ -}} b", "ab"),
            ("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}", "12"),
            ("{{ if eq $labels.job \"db\" }}yes{{ else }}no{{ end }}", "yes"),
            ("{{ if eq $labels.job \"x\" }}1{{ else if eq $labels.job \"db\" }}2{{ else }}3{{ end }}", "2"),
            ("{{ if gt $value 1000.0 }}high{{ end }}", "high"),
            ("{{ with $labels.nothing }}a{{ else }}b{{ end }}", "b"),
            ("{{ with $labels.job }}{{ . }}{{ end }}", "db"),
            ("{{ range query \"q\" }}{{ .Labels.zone }}={{ .Value }};{{ end }}", "b=2;a=1;c=3;"),
            ("{{ range $i, $s := query \"q\" }}{{ $i }}{{ $s.Labels.zone }}{{ end }}", "0b1a2c"),
            ("{{ range query \"none\" }}x{{ else }}empty{{ end }}", "empty"),
            ("{{ range sortByLabel \"zone\" (query \"q\") }}{{ .Labels.zone }}{{ end }}", "abc"),
            (
                "{{ range $k, $v := $labels }}{{ $k }}={{ $v }} {{ end }}",
                "__name__=up instance=db-1.example.org:9100 job=db "
            ),
            ("{{ range query \"q\" }}{{ if eq .Value 1.0 }}{{ continue }}{{ end }}{{ .Value }}{{ end }}", "23"),
            ("{{ range query \"q\" }}{{ if eq .Value 1.0 }}{{ break }}{{ end }}{{ .Value }}{{ end }}", "2"),
            ("{{ query \"q\" | first | value }}", "2"),
            ("{{ query \"q\" | first | label \"zone\" }}", "b"),
            ("{{ (index (query \"q\") 1).Labels.zone }}", "a"),
            ("{{ len (query \"q\") }} {{ len $labels.job }}", "3 2"),
            ("{{ index $labels \"job\" }}", "db"),
            ("{{ slice $labels.instance 0 4 }}", "db-1"),
            ("{{ and 1 0 }} {{ or 0 2 }} {{ not true }}", "0 2 false"),
            (
                "{{ eq 1 2 1 }} {{ ne \"a\" \"b\" }} {{ lt 1 2 }} {{ le 2 2 }} {{ ge 1.5 1.0 }}",
                "true true true true true"
            ),
            ("{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" $labels.job }}", "<db>"),
            ("{{ block \"b\" .Value }}[{{ . }}]{{ end }}", "[1.2345675e+06]"),
            ("{{ (args 1 \"x\").arg1 }}", "x"),
            ("{{ print 1 2 \"a\" \"b\" 3 }}", "1 2ab3"),
            ("{{ println 1 \"a\" }}", "1 a\n"),
            ("{{ html \"<a href='x'>&\" }}", "&lt;a href=&#39;x&#39;&gt;&amp;"),
            ("{{ js \"it's <b>\" }}", "it\\'s \\u003Cb\\u003E"),
            ("{{ urlquery \"a b&c=ä\" }}", "a+b%26c%3D%C3%A4"),
            ("{{ graphLink \"up == 0\" }}", "/graph?g0.expr=up+%3D%3D+0&g0.tab=0"),
            ("{{ tableLink \"up\" }}", "/graph?g0.expr=up&g0.tab=1"),
            ("{{ reReplaceAll \"(.*):(.*)\" \"$2 at ${1}\" $labels.instance }}", "9100 at db-1.example.org"),
            ("{{ reReplaceAll \"o*\" \"-\" \"foo\" }}", "-f-"),
            ("{{ match \"^db\" $labels.job }}", "true"),
            ("{{ title \"aa bb CC\" }} {{ toUpper \"aä\" }} {{ toLower \"AB\" }}", "Aa Bb CC AÄ ab"),
            (
                "{{ stripPort $labels.instance }} {{ stripPort \"[::1]:80\" }} {{ stripPort \"x\" }}",
                "db-1.example.org ::1 x"
            ),
            ("{{ stripDomain $labels.instance }} {{ stripDomain \"10.0.0.1:80\" }}", "db-1:9100 10.0.0.1:80"),
            ("{{ parseDuration \"1h30m\" }}", "5400"),
            ("{{ toDuration 90.5 }} {{ 0.0015 | toDuration }}", "1m30.5s 1.5ms"),
            ("{{ now }}", "1.435065584128e+09"),
            ("{{ 1435065584.128 | toTime }}", "2015-06-23 13:19:44.128 +0000 UTC"),
            ("{{ `raw \\n` }} {{ 'a' }} {{ 0x1f }} {{ 1e3 }}", "raw \\n 97 31 1000"),
            ("{{ true }} {{ toUpper \"straße\" }}", "true STRAßE"),
            ("{{ $labels }}", "map[__name__:up instance:db-1.example.org:9100 job:db]"),
        ])
    func rendering(_ source: String, _ expected: String) throws {
        #expect(try Self.render(source) == expected)
    }

    @Test(
        "numbers are made readable with Prometheus' roundings",
        arguments: [
            ("humanize", 0.0, "0"), ("humanize", 1_234_567, "1.235M"), ("humanize", 0.0042, "4.2m"),
            ("humanize", -1e30, "-1e+06Y"), ("humanize", .infinity, "+Inf"), ("humanize1024", 1_048_576, "1Mi"),
            ("humanize1024", 1023, "1023"), ("humanizeDuration", 899.99, "14m 59s"),
            ("humanizeDuration", 0, "0s"), ("humanizeDuration", 90_061, "1d 1h 1m 1s"),
            ("humanizeDuration", -3661, "-1h 1m 1s"), ("humanizeDuration", 0.0015, "1.5ms"),
            ("humanizeDuration", 59.5, "59.5s"), ("humanizePercentage", 0.1234567, "12.35%"),
            ("humanizeTimestamp", 1_435_065_584.128, "2015-06-23 13:19:44.128 +0000 UTC"),
            ("humanizeTimestamp", .nan, "NaN"),
        ])
    func humanizing(_ function: String, _ value: Double, _ expected: String) throws {
        #expect(try Self.render("{{ $value | \(function) }}", value: value) == expected)
        if value.isFinite {
            #expect(try Self.render("{{ \"\(value)\" | \(function) }}") == expected)
        }
    }

    @Test(
        "printf follows Go's verbs",
        arguments: [
            ("%d|%5d|%-5d|%05d|%+d\" 7 7 7 7 7", "7|    7|7    |00007|+7"),
            ("%s|%10s|%-4s|%.2s\" \"abc\" \"abc\" \"abc\" \"abc\"", "abc|       abc|abc |ab"),
            ("%v %v %v\" 1 2.5 \"x\"", "1 2.5 x"), ("%q\" \"a\\\"b\"", "\"a\\\"b\""),
            ("%f %.2f %e %g\" 1.5 1.5 1.5 1.5", "1.500000 1.50 1.500000e+00 1.5"),
            ("%x %X %o %b %c %U\" 255 255 8 5 65 8364", "ff FF 10 101 A U+20AC"),
            ("%t %T\" true 1.0", "true float64"), ("100%%\"", "100%"),
            ("%d\" \"x\"", "%!d(string=x)"), ("%d\"", "%!d(MISSING)"), ("%d\" 1.5", "%!d(float64=1.5)"),
            ("x\" 1 \"a\"", "x%!(EXTRA int=1, string=a)"),
            ("%\"", "%!(NOVERB)"), ("%.3g\" 1234.5", "1.23e+03"), ("%08.3f\" -1.5", "-001.500"),
            ("%.1f\" .Value", "1234567.5"),
        ])
    func formatting(_ call: String, _ expected: String) throws {
        #expect(try Self.render("{{ printf \"\(call) }}") == expected)
    }

    @Test(
        "a template that cannot be parsed says where and why",
        arguments: [
            ("{{ $value", 1, 1, "unclosed action"), ("a\n{{ nope }}", 2, 4, "function \"nope\" not defined"),
            ("{{ $x }}", 1, 4, "undefined variable \"$x\""),
            ("{{ if true }}", 1, 1, "unexpected EOF: {{if}} has no {{end}}"),
            ("{{ end }}", 1, 8, "unexpected {{end}}"), ("{{ }}", 1, 4, "missing value for command"),
            ("{{ \"a }}", 1, 4, "unterminated quoted string"),
            ("{{ 1 | 2 }}", 1, 8, "non executable command in pipeline stage 2"),
            ("{{/* x }}", 1, 1, "unclosed comment"), ("{{ break }}", 1, 4, "{{break}} outside {{range}}"),
            ("{{ $labels.a! }}", 1, 13, "bad character '!'"),
            ("{{ ( 1 }}", 1, 8, "unexpected \"}}\" in parenthesized pipeline"),
            ("{{ with $y := 1 }}{{ end }}{{ $y }}", 1, 31, "undefined variable \"$y\""),
        ])
    func parseErrors(_ source: String, _ line: Int, _ column: Int, _ message: String) {
        let error = #expect(throws: TemplateError.self) { try Template(source, name: "t") }
        #expect(error?.message == message)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test(
        "a template that fails says where and why, in Go's words",
        arguments: [
            ("{{ gt $value 0 }}", "error calling gt: incompatible types for comparison"),
            ("{{ .Nope }}", "can't evaluate field Nope in type struct"),
            ("{{ $labels.job.x }}", "can't evaluate field x in type string"),
            ("{{ first (query \"none\") }}", "error calling first: first() called on vector with no elements"),
            ("{{ query \"broken\" }}", "error calling query: 1:1: parse error: no such thing"),
            ("{{ humanize \"x\" }}", "error calling humanize: strconv.ParseFloat: parsing \"x\": invalid syntax"),
            ("{{ toUpper 1 }}", "wrong type for value; expected string; got int"),
            ("{{ toUpper }}", "wrong number of args for toUpper: want 1 got 0"),
            ("{{ match \"(\" \"x\" }}", "error calling match: error parsing regexp: missing ): ("),
            ("{{ template \"t\" }}", "template \"t\" not defined"),
            ("{{ nil }}", "nil is not a command"),
            ("{{ range $value }}{{ end }}", "range can't iterate over 1.2345675e+06"),
            ("{{ index (query \"q\") 9 }}", "error calling index: index out of range: 9"),
            ("{{ slice \"abc\" 2 1 }}", "error calling slice: invalid slice index: 2 > 1"),
        ])
    func executionErrors(_ source: String, _ message: String) {
        let error = #expect(throws: TemplateError.self) { try Self.render(source, name: "t") }
        #expect(error?.message == message)
        #expect(error?.context.hasPrefix("executing \"t\" at <") == true)
    }

    @Test(
        "no template runs for ever, nests too deep or grows without bound",
        arguments: [
            "{{ define \"t\" }}{{ template \"t\" }}{{ end }}{{ template \"t\" }}",
            "{{ range 100000 }}{{ range 100000 }}{{ $value }}{{ end }}{{ end }}",
            "{{ $x := \"aaaaaaaaaa\" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}",
            "{{ range 1000 }}{{ query \"q\" | len }}{{ end }}",
            "{{ range 50000 }}0123456789{{ end }}",
            String(repeating: "{{ if true }}", count: 60) + String(repeating: "{{ end }}", count: 60),
            "{{ " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000) + " }}",
            String(repeating: "{{ if true }}{{ else if true }}", count: 1000),
            String(repeating: "x", count: 70000) + "{{ 1 }}",
        ])
    func budgets(_ source: String) {
        #expect(throws: TemplateError.self) { try Self.render(source) }
    }

    @Test("no bytes crash the template parser", arguments: [UInt64](1...20))
    func fuzz(_ seed: UInt64) {
        let pieces = [
            "{{", "}}", "{{-", "-}}", "/*", "*/", " ", "$", "$labels", ".", ".Labels", "|", "(", ")", "\"", "`", "'",
            "if",
            "else", "end", "range", "with", "define", "template", "block", "\"t\"", ":=", "=", ",", "printf", "len",
            "1",
            "0x", "-", "\n", "é", "\u{0}", "query", "break", "nil", "true", "%d", "\\",
        ]
        var state = seed
        for _ in 0..<400 {
            var source = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                source += pieces[Int((state >> 33) % UInt64(pieces.count))]
            }
            // Either outcome is right; what must not happen is a trap.
            _ = try? Self.render(source)
        }
    }
}
