import Basics
import GoTemplates
import TestKit
import Testing

@Suite("Templates of notifications")
struct NotificationTemplateTests {
    private static func alert(_ status: String, _ labels: [String: String]) -> TemplateValue {
        .record([
            "Status": .string(status), "Labels": .labels(labels),
            "Annotations": .labels(["summary": "it <b>burns</b>"]),
            "StartsAt": .time(Timestamp(milliseconds: 1_435_065_584_128)),
            "EndsAt": .time(Timestamp(milliseconds: -62_135_596_800_000)), "GeneratorURL": .string("http://g/"),
            "Fingerprint": .string("00"),
        ])
    }

    private static let data = TemplateValue.record([
        "Receiver": .string("team"), "Status": .string("firing"),
        "Alerts": .list(
            [
                alert("firing", ["alertname": "Down", "pod": "a", "zone": "z"]),
                alert("resolved", ["alertname": "Down", "pod": "b", "zone": "z"]),
            ], .alerts),
        "GroupLabels": .labels(["alertname": "Down"]),
        "CommonLabels": .labels(["alertname": "Down", "zone": "z", "cluster": "eu"]),
        "CommonAnnotations": .labels(["summary": "it <b>burns</b>"]), "ExternalURL": .string("https://box.test"),
    ])

    private static func render(_ source: String, asHTML: Bool = false) throws -> String {
        var set = TemplateSet.alertmanager
        set.zone = { $0 == "Europe/Berlin" ? .berlin : $0 == "America/St_Johns" ? .stJohns : nil }
        return try set.text(source).render(data, at: Timestamp(milliseconds: 1_435_065_644_128), asHTML: asHTML)
    }

    @Test(
        "Alertmanager's data, methods and functions",
        arguments: [
            (#"{{ template "__subject" . }}"#, "[FIRING:1] Down (eu z)"),
            (#"{{ template "slack.default.title" . }}"#, "[FIRING:1] Down (eu z)"),
            ("{{ len .Alerts }} {{ .Alerts.Firing | len }} {{ len .Alerts.Resolved }}", "2 1 1"),
            ("{{ .CommonLabels.SortedPairs.Names | join \", \" }}", "alertname, cluster, zone"),
            (
                "{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}",
                "alertname=Down;cluster=eu;zone=z;"
            ),
            (
                "{{ .CommonLabels.Names }} {{ .CommonLabels.Values | join \"|\" }}",
                "[alertname cluster zone] Down|eu|z"
            ),
            ("{{ (.CommonLabels.Remove .GroupLabels.Names).Values | join \" \" }}", "eu z"),
            (
                "{{ with .CommonLabels.Remove (stringSlice \"zone\" \"cluster\") }}{{ .SortedPairs.Values }}{{ end }}",
                "[Down]"
            ),
            ("{{ range $i, $a := .Alerts }}{{ $i }}{{ $a.Labels.pod }} {{ end }}", "0a 1b "),
            (
                "{{ (index .Alerts 0).StartsAt.Format \"Mon, 02 Jan 2006 15:04:05.000 MST\" }}",
                "Tue, 23 Jun 2015 13:19:44.128 UTC"
            ),
            ("{{ (index .Alerts 0).EndsAt }}", "0001-01-01 00:00:00 +0000 UTC"),
            ("{{ (index .Alerts 0).StartsAt | tz \"Europe/Berlin\" }}", "2015-06-23 14:19:44.128 +0100 +01"),
            (
                "{{ (index .Alerts 0).StartsAt | tz \"Europe/Berlin\" | date \"15:04:05 MST -07:00 Z07:00 -0700 -07\" }}",
                "14:19:44 +01 +01:00 +01:00 +0100 +01"
            ),
            (
                "{{ ((index .Alerts 0).StartsAt | tz \"America/St_Johns\").Format \"2006-01-02T15:04:05Z0700 MST\" }}",
                "2015-06-23T09:49:44-0330 -0330"
            ),
            ("{{ ((index .Alerts 0).StartsAt | tz \"Europe/Berlin\").UTC.Unix }}", "1435065584"),
            (
                "{{ (index .Alerts 0).StartsAt | tz \"Europe/Berlin\" | toJson }}",
                "\"2015-06-23T14:19:44.128+01:00\""
            ),
            (
                "{{ (index .Alerts 0).StartsAt | tz \"UTC\" | date \"Jan 2 15:04 MST Z07:00\" }}",
                "Jun 23 13:19 UTC Z"
            ),
            ("{{ (index .Alerts 0).EndsAt.IsZero }} {{ (index .Alerts 0).StartsAt.Unix }}", "true 1435065584"),
            ("{{ since (index .Alerts 0).StartsAt | humanizeDuration }}", "1m 0s"),
            ("{{ .CommonLabels.nothing }}|", "|"),
            ("{{ .Status | toUpper | toLower | title }}", "Firing"),
            (
                "{{ trimSpace \"  a \" }}{{ urlUnescape \"a%20b\" }}{{ toJson .GroupLabels }}",
                #"aa b{"alertname":"Down"}"#
            ),
            (#"{{ reReplaceAll "D(.*)" "d$1" "Down" }} {{ match "^D" "Down" }}"#, "down true"),
            (#"{{ define "mine" }}<{{ . }}>{{ end }}{{ template "mine" .GroupLabels.alertname }}"#, "<Down>"),
            ("plain", "plain"),
        ])
    func rendering(source: String, expected: String) throws { #expect(try Self.render(source) == expected) }

    @Test("as HTML what alerts say is text, what the template says is markup")
    func html() throws {
        #expect(
            try Self.render("<p>{{ .CommonAnnotations.summary }}</p>", asHTML: true)
                == "<p>it &lt;b&gt;burns&lt;/b&gt;</p>")
        #expect(try Self.render("{{ .CommonAnnotations.summary | safeHtml }}", asHTML: true) == "it <b>burns</b>")
        let mail = try Self.render(#"{{ template "email.default.html" . }}"#, asHTML: true)
        #expect(mail.contains("it &lt;b&gt;burns&lt;/b&gt;") && !mail.contains("<b>burns"))
        #expect(mail.contains("<title>[FIRING:1] Down (eu z)</title>"))
    }

    @Test("a file's templates replace those that ship, and errors name the file they stand in")
    func files() throws {
        var set = TemplateSet.alertmanager
        try set.add(#"{{ define "slack.default.title" }}ours: {{ .Status }}{{ end }}"#, file: "ours.tmpl")
        #expect(
            try set.text(#"{{ template "slack.default.title" . }}"#).render(Self.data, at: .epoch) == "ours: firing")
        try set.add("{{ define \"bad\" }}\n{{ .Nothing }}{{ end }}", file: "bad.tmpl")
        #expect {
            try set.text(#"{{ template "bad" . }}"#).render(Self.data, at: .epoch)
        } throws: { error in
            "\(error)".hasPrefix("template: bad.tmpl:2:4: executing \"bad.tmpl\" at <.Nothing>: can't evaluate field")
        }
        let nowhere = #expect(throws: TemplateError.self) {
            try Self.render(#"{{ (index .Alerts 0).StartsAt | tz "Mars/Olympus" }}"#)
        }
        #expect("\(nowhere, default: "")".contains("error calling tz: unknown time zone Mars/Olympus"))
        #expect(throws: TemplateError.self) { try set.add("{{ if }}", file: "x") }
        #expect(throws: TemplateError.self) { try set.text("{{ query \"up\" }}") }
    }

    @Test(
        "the named templates of receivers that Signalbox has are there, and render",
        arguments: TemplateSet.alertmanager.names)
    func shipped(name: String) throws {
        let isForAlerts = name.hasPrefix("__text") || name.hasPrefix("pagerduty.default.instances")
        let argument = isForAlerts ? ".Alerts" : name == "__html_alert" ? "(index .Alerts 0)" : "."
        _ = try Self.render("{{ template \"\(name)\" \(argument) }}")
    }
}
