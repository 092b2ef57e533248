import Alerting
import Basics
import GoTemplates
import Ingest
import Notifiers
import Testing

@testable import SignalboxServer

@Suite("Alertmanager's file")
struct AlertmanagerFileTests {
    private static let whole = """
        global:
          resolve_timeout: 10m
          smtp_smarthost: mail.example.org:587
          smtp_from: alerts@example.org
          smtp_auth_username: box
          smtp_auth_password: mail-password
          slack_api_url: https://hooks.slack.example/services/T/B/slack-secret
        templates: [ 'templates/*.tmpl' ]
        route:
          receiver: default
          group_by: [alertname, cluster]
          group_wait: 10s
          routes:
            - match: { severity: P0 }
              match_re: { team: "a|b" }
              receiver: everything
              continue: true
              repeat_interval: 12h
              active_time_intervals: [ office ]
            - matchers: [ 'service="x",env!~"dev.*"', kind=work ]
        inhibit_rules:
          - source_match: { severity: P0 }
            target_matchers: [ severity =~ "P1|P2" ]
            equal: [cluster]
        time_intervals:
          - name: office
            time_intervals:
              - times: [ { start_time: "09:00", end_time: "17:30" } ]
                weekdays: [ 'monday:friday', Saturday ]
                days_of_month: [ '1:15', '-3:-1', 20 ]
                months: [ 'may:august', december, '1:3' ]
                years: [ '2026:2030', 2040 ]
                location: Europe/Berlin
        receivers:
          - name: default
          - name: everything
            webhook_configs:
              - url: https://user:pass@hook.example/path-secret?token=x
                max_alerts: 7
                http_config: { basic_auth: { username: u, password: basic-secret } }
            slack_configs:
              - channel: '#alerts'
                title: '{{ template "ours" . }}'
                fields: [ { title: a, value: '{{ .Status }}', short: true } ]
                send_resolved: true
            email_configs:
              - to: 'ops@example.org, {{ .CommonLabels.team }}@example.org'
                headers: { X-Team: '{{ .CommonLabels.team }}' }
            pagerduty_configs:
              - routing_key: 0123456789abcdef0123456789abcdef
                details: { runbook: '{{ .CommonAnnotations.runbook }}' }
            msteamsv2_configs:
              - webhook_url: https://teams.example/teams-secret
            wechat_configs:
              - api_secret: chat-secret
        """

    private static func load(_ text: String = whole) throws -> AlertmanagerSettings {
        let configuration = try ConfigurationFixtures.load(
            "alerting: { config: am.yaml }",
            ["am.yaml": text, "templates/a.tmpl": #"{{ define "ours" }}ours {{ .Status }}{{ end }}"#])
        return try #require(configuration.alertmanager)
    }

    @Test("routes, rules and intervals mean what they say")
    func routing() throws {
        let settings = try Self.load()
        #expect(settings.resolveTimeout == .seconds(600))
        let routes = settings.routing.tree.routes
        #expect(routes.map(\.receiver) == ["default", "everything", "default"])
        #expect(routes[1].key == #"{}/{severity="P0",team=~"a|b"}"#)
        #expect(routes[1].continues && routes[1].activeTimeIntervals == ["office"])
        #expect(routes[1].repeatIntervalMilliseconds == 43_200_000 && routes[1].groupWaitMilliseconds == 10_000)
        #expect(routes[2].key == #"{}/{env!~"dev.*",kind="work",service="x"}"#)
        #expect(settings.routing.inhibitions.count == 1 && settings.routing.inhibitions[0].equal == ["cluster"])
        let interval = try #require(settings.routing.intervals["office"]?.first)
        #expect(interval.times == [.init(540, 1050)] && interval.weekdays == [.init(1, 5), .init(6, 6)])
        #expect(interval.daysOfMonth == [.init(1, 15), .init(-3, -1), .init(20, 20)])
        #expect(interval.months == [.init(5, 8), .init(12, 12), .init(1, 3)])
        #expect(interval.years == [.init(2026, 2030), .init(2040, 2040)])
        // 2026-07-01T12:00:00Z and 2026-12-01T12:00:00Z.
        #expect(interval.zone.offsetSeconds(at: Timestamp(milliseconds: 1_782_907_200 * 1000)) == 7200)
        #expect(interval.zone.offsetSeconds(at: Timestamp(milliseconds: 1_796_126_400 * 1000)) == 3600)
    }

    @Test("receivers become ways out, with what is global filled in; what is not carried over is named")
    func receivers() throws {
        let settings = try Self.load()
        let everything = try #require(settings.routing.receivers["everything"])
        #expect(
            everything.integrations.map(\.id) == [
                "webhook[0]", "slack[0]", "email[0]", "pagerduty[0]", "msteamsv2[0]",
            ])
        #expect(everything.integrations.map(\.sendsResolved) == [true, true, false, true, true])
        guard case .webhook(let webhook) = settings.channels["receiver/everything/webhook[0]"]?.settings,
            case .slack(let slack) = settings.channels["receiver/everything/slack[0]"]?.settings,
            case .email(let email) = settings.channels["receiver/everything/email[0]"]?.settings
        else {
            Issue.record("\(settings.channels)")
            return
        }
        let http = try #require(settings.channels["receiver/everything/webhook[0]"]?.http)
        #expect(webhook.alertsMax == 7)
        #expect(http.authentication == .basic(username: .text("u"), password: .text("basic-secret")))
        #expect(slack.url.revealed.hasSuffix("slack-secret") && slack.fields.count == 1)
        #expect(slack.texts["title"]?.source == #"{{ template "ours" . }}"#)
        #expect(email.server.host == "mail.example.org" && email.server.port == 587)
        #expect(
            email.server.password.revealed == "mail-password" && email.headers.map(\.name) == ["Subject", "X-Team"])
        #expect(
            settings.notes.map(\.description) == [
                "am.yaml:55:7: receivers[1].wechat_configs is not carried over: "
                    + "receiver \"everything\" tells nobody by wechat"
            ])
    }

    @Test("what the API shows is the same file, without its secrets")
    func original() throws {
        let settings = try Self.load()
        for secret in [
            "slack-secret", "mail-password", "path-secret", "basic-secret", "chat-secret", "teams-secret",
            "0123456789abcdef", "pass@", "token=",
        ] {
            #expect(!settings.original.contains(secret), "\(secret)")
        }
        #expect(settings.original.contains("https://hook.example/<secret>"))
        let again = try Self.load(
            settings.original.replacing("slack_api_url: \"<secret>\"", with: "slack_api_url: \"https://h/\"")
                .replacing("https://hook.example/<secret>", with: "https://hook.example/")
                .replacing("routing_key: \"<secret>\"", with: "routing_key: 0123456789abcdef0123456789abcdef")
                .replacing("webhook_url: \"<secret>\"", with: "webhook_url: https://h/"))
        #expect(again.routing == settings.routing)
    }

    @Test("without the file there is none; a path that is wrong is a mistake")
    func absent() throws {
        #expect(try ConfigurationFixtures.load("auth: { mode: local }").alertmanager == nil)
        #expect(
            try ConfigurationFixtures.problems("alerting: { config: am.yaml }")
                == ["main.yaml:1:21: alerting.config: there is no file am.yaml"])
    }

    @Test("anchors, aliases and merges mean what they mean to Alertmanager, what stands beside a merge wins")
    func aliases() throws {
        let text = """
            route: { receiver: one, group_by: &labels [alertname, cluster], routes: [ { receiver: two, group_by: *labels } ] }
            receivers:
              - name: one
                webhook_configs: [ &hook { url: http://one/, max_alerts: 7, send_resolved: false } ]
              - name: two
                webhook_configs: [ { <<: *hook, url: http://two/ }, { <<: [ { max_alerts: 9 }, *hook ] } ]
            """
        let settings = try Self.load(text)
        #expect(settings.routing.tree.routes[1].groupBy == settings.routing.tree.routes[0].groupBy)
        let hooks = (0..<2).compactMap { index -> WebhookSettings? in
            guard case .webhook(let hook) = settings.channels["receiver/two/webhook[\(index)]"]?.settings else {
                return nil
            }
            return hook
        }
        #expect(hooks.map(\.url.revealed) == ["http://two/", "http://one/"])
        #expect(hooks.map(\.alertsMax) == [7, 9])
        #expect(settings.routing.receivers["two"]?.integrations.map(\.sendsResolved) == [false, false])
        // amtool reads it again.
        #expect(try Self.load(settings.original.replacing("<secret>", with: "")).routing == settings.routing)
    }

    @Test(
        "SNS by the machine's own identity is named, and its neighbours are carried over",
        arguments: ["{}", "{ region: r }", "{ region: r, role_arn: x, access_key: a, secret_key: s }"])
    func foreignIdentity(sigv4: String) throws {
        let settings = try Self.load(
            """
            route: { receiver: all }
            receivers:
              - name: all
                webhook_configs: [ { url: http://one/ } ]
                sns_configs: [ { topic_arn: a, sigv4: \(sigv4) } ]
            """)
        #expect(settings.routing.receivers["all"]?.integrations.map(\.id) == ["webhook[0]"])
        #expect(
            settings.notes.map(\.description) == [
                "am.yaml:5:20: receivers[0].sns_configs[0] is not carried over: "
                    + "receiver \"all\" tells nobody by sns without access_key and secret_key alone"
            ])
    }

    @Test(
        "aliases that blow up, and merges of what is no mapping, are refused",
        arguments: [
            (
                "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                    + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                    + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e]", "more than 100000 values"
            ),
            ("a: &a x\nb: [" + String(repeating: "*a,", count: 1001) + "]", "more than 1000 aliases"),
            ("a: &a [*a]", "undefined alias"), ("route: { <<: 7 }", "unknown key \"route.<<\""),
        ])
    func badAliases(text: String, said: String) throws {
        let problems = try ConfigurationFixtures.problems("alerting: { config: am.yaml }", ["am.yaml": text])
        #expect(problems.contains { $0.contains(said) }, "\(problems)")
    }

    @Test(
        "a receiver that cannot work is refused with its place",
        arguments: [
            ("telegram_configs: [ { chat_id: 7 } ]", "missing bot_token or bot_token_file on telegram_config"),
            ("telegram_configs: [ { bot_token: 'a:b' } ]", "missing chat_id on telegram_config"),
            (
                "telegram_configs: [ { bot_token: 'a:b', chat_id: 7, parse_mode: BBCode } ]",
                "parse_mode must be one of"
            ),
            ("telegram_configs: [ { bot_token: 'a/b', chat_id: 7 } ]", "bot_token: a bot's token has letters"),
            ("webex_configs: [ { room_id: r } ]", "missing webex_configs.http_config.authorization"),
            ("opsgenie_configs: [ { message: m } ]", "no global OpsGenie API Key set"),
            ("opsgenie_configs: [ { api_key: k, responders: [ { type: team } ] } ]", "one of id, username or name"),
            (
                "opsgenie_configs: [ { api_key: k, responders: [ { name: a, type: dog } ] } ]",
                "type must be one of team"
            ),
            ("victorops_configs: [ { api_key: k } ]", "missing Routing key in VictorOps config"),
            (
                "victorops_configs: [ { api_key: k, routing_key: r, custom_fields: { entity_id: x } } ]",
                "custom field entity_id cannot be used"
            ),
            ("pushover_configs: [ { token: t } ]", "one of user_key or user_key_file must be configured"),
            (
                "pushover_configs: [ { user_key: u, token: t, html: true, monospace: true } ]",
                "at most one of monospace"
            ),
            (
                "sns_configs: [ { topic_arn: a, phone_number: '1', sigv4: { access_key: a, secret_key: s, region: r } } ]",
                "either a Target ARN, Topic ARN, or Phone Number"
            ),
            (
                "sns_configs: [ { topic_arn: a, sigv4: { region: r, access_key: a } } ]",
                "sigv4 needs region, access_key and secret_key"
            ),
            ("discord_configs: [ { webhook_url: 'ftp://x' } ]", "webhook_url: needs http:// or https:// and a host"),
            ("discord_configs: [ { webhook_url: 'http://x', colour: 1 } ]", "unknown key"),
            ("msteams_configs: [ { title: '{{ if }}' , webhook_url: 'http://x' } ]", "missing value for if"),
        ])
    func refused(configs: String, said: String) throws {
        let problems = try ConfigurationFixtures.problems(
            "alerting: { config: am.yaml }",
            ["am.yaml": "route: { receiver: all }\nreceivers:\n  - name: all\n    \(configs)\n"])
        #expect(problems.contains { $0.hasPrefix("am.yaml:4:") && $0.contains(said) }, "\(problems)")
    }
}
