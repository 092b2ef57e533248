import Basics
import SignalModel
import Testing
import WireFormats

@Suite("Events of other alerting systems")
struct EventTests {
    private static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private static func pagerDuty(_ text: String) throws -> AlertEvents {
        PagerDutyEvent.decode(try json(text), severities: .standard, generatedKey: "made")
    }

    private static func pagerDutyFirst(_ text: String) throws -> AlertEvents {
        PagerDutyEvent.decodeFirst(try json(text), severities: .standard, generatedKey: "made")
    }

    private static func opsgenie(_ text: String) throws -> AlertEvents {
        OpsgenieAlert.decode(try json(text), severities: .standard, generatedKey: "made")
    }

    // MARK: PagerDuty

    @Test("a PagerDuty event becomes an alert with its class as name and its details as text")
    func trigger() throws {
        let event = try #require(
            try Self.pagerDuty(
                """
                {"event_action": "trigger", "dedup_key": "k", "client": "Probe", "client_url": "https://p/1",
                 "links": [{"href": "https://l/1", "text": "graph"}, {"text": "nowhere"}],
                 "payload": {"summary": "down", "source": "h1", "severity": "Warning", "class": "Ping", "group": "g",
                  "component": "c", "timestamp": "2026-01-02T03:04:05.678+0000",
                  "custom_details": {"b": 2, "a": "x", "cluster": "eu", "deep": {"z": 1}, "runbook": "ping"}}}
                """
            ).events.first)
        #expect(event.action == .trigger)
        #expect(event.dedupKey == "k")
        #expect(
            event.labels.description
                == #"{alertname="Ping", cluster="eu", component="c", dedup_key="k", group="g", severity="P2", source="h1"}"#
        )
        #expect(event.annotations["summary"] == "down")
        #expect(event.annotations["description"] == "a: x\nb: 2\ncluster: eu\nrunbook: ping")
        #expect(event.annotations["runbook"] == "ping")
        #expect(event.annotations["links"] == "graph: https://l/1")
        #expect(event.startsAt == RFC3339.parse("2026-01-02T03:04:05.678Z"))
        #expect(event.url == "https://p/1")
    }

    @Test(
        "an event of PagerDuty's API v1 becomes an alert named for its client, critical unless its details say else")
    func first() throws {
        let event = try #require(
            try Self.pagerDutyFirst(
                """
                {"event_type": "trigger", "incident_key": "k", "description": "down", "client": "Probe",
                 "client_url": "https://p/1", "details": {"b": 2, "service": "shop", "severity": "warning"},
                 "contexts": [{"type": "link", "href": "https://l/1", "text": "graph"}, {"type": "image"}]}
                """
            ).events.first)
        #expect(event.labels.description == #"{alertname="Probe", dedup_key="k", service="shop", severity="P2"}"#)
        #expect(event.annotations["summary"] == "down")
        #expect(event.annotations["description"] == "b: 2\nservice: shop\nseverity: warning")
        #expect(event.annotations["links"] == "graph: https://l/1")
        #expect(event.url == "https://p/1")
        let bare = try #require(
            try Self.pagerDutyFirst(#"{"event_type":"trigger","description":"down","details":"text"}"#).events.first)
        #expect(bare.labels.description == #"{alertname="Event", dedup_key="made", severity="P0"}"#)
        #expect(bare.annotations["description"] == "text")
        for action in [AlertEvent.Action.acknowledge, .resolve] {
            let said = try Self.pagerDutyFirst(#"{"event_type":"\#(action.rawValue)","incident_key":"k"}"#)
            #expect(said.events == [AlertEvent(action, dedupKey: "k")])
        }
    }

    @Test(
        "what is wrong with an event of API v1 is said by its field",
        arguments: [
            (#"[]"#, "the event must be an object"),
            (#"{}"#, "event_type is missing"),
            (#"{"event_type":"resolve"}"#, "incident_key is needed to resolve"),
            (#"{"event_type":"trigger"}"#, "description is missing"),
            (#"{"event_type":"trigger","description":["x"]}"#, "description must be a text, not an array"),
        ])
    func firstRefused(_ text: String, _ problem: String) throws {
        let decoded = try Self.pagerDutyFirst(text)
        #expect(decoded.events.isEmpty)
        #expect(decoded.problems.contains { $0.hasPrefix(problem) }, "\(decoded.problems)")
    }

    @Test(
        "Opsgenie's priorities are ours from P0 on, and without one the details' severity counts",
        arguments: [
            (#""priority":"P1""#, "P0"), (#""priority":"p2""#, "P1"), (#""priority":"P3""#, "P2"),
            (#""priority":"P4""#, "P3"), (#""priority":"P5""#, "P3"), (#""details":{"severity":"critical"}"#, "P0"),
            (#""priority":"P5","details":{"severity":"critical"}"#, "P3"), (#""details":{"severity":"odd"}"#, "P2"),
            (#""details":{}"#, "P2"),
        ])
    func priorities(_ said: String, _ severity: String) throws {
        let text = #"{"message":"m",\#(said)}"#
        let event = try #require(try Self.opsgenie(text).events.first)
        #expect(event.labels["severity"] == severity && event.dedupKey == "made")
    }

    @Test("an alert of Opsgenie's keeps its texts, and its details become labels that we know")
    func opsgenie() throws {
        let event = try #require(
            try Self.opsgenie(
                """
                {"message": "down", "alias": "k", "description": "long", "entity": "pod", "source": "https://s/1",
                 "tags": ["a", "b"], "priority": "P1", "responders": [{"name": "shop", "type": "team"}],
                 "details": {"alertname": "Slow", "service": "shop", "runbook": "slow.md", "deep": {"z": 1}}}
                """
            ).events.first)
        #expect(
            event.labels.description
                == #"{alertname="Slow", component="pod", dedup_key="k", service="shop", severity="P0", source="https://s/1"}"#
        )
        #expect(event.annotations["summary"] == "down" && event.annotations["tags"] == "a, b")
        #expect(event.annotations["description"] == "long\nalertname: Slow\nrunbook: slow.md\nservice: shop")
        #expect(event.url == "https://s/1")
    }

    @Test(
        "what is wrong with an alert of Opsgenie's is said by its field",
        arguments: [
            (#"[]"#, "the alert must be an object"), (#"{}"#, "message is missing"),
            (#"{"message":""}"#, "message is empty"),
            (#"{"message":"m","priority":"P9"}"#, "priority must be P1, P2"),
            (#"{"message":"m","alias":"\#(String(repeating: "x", count: 513))"}"#, "alias is longer than 512 bytes"),
            (#"{"message":"m","alias":{}}"#, "alias must be a text, not an object"),
        ])
    func opsgenieRefused(_ text: String, _ problem: String) throws {
        let decoded = try Self.opsgenie(text)
        #expect(decoded.events.isEmpty)
        #expect(decoded.problems.contains { $0.hasPrefix(problem) }, "\(decoded.problems)")
    }

    @Test(
        "a word for how bad it is means one of ours",
        arguments: [("critical", "P0"), ("error", "P1"), ("WARNING", "P2"), ("info", "P3"), ("p1", "P1")])
    func severities(_ word: String, _ severity: String) throws {
        let text = #"{"event_action":"trigger","payload":{"summary":"s","source":"h","severity":"\#(word)"}}"#
        let event = try #require(try Self.pagerDuty(text).events.first)
        #expect(event.labels["severity"] == severity)
        #expect(event.dedupKey == "made")
    }

    @Test(
        "what is wrong with an event is said by its field",
        arguments: [
            (#"[]"#, "the event must be an object"),
            (#"{}"#, "event_action is missing"),
            (#"{"event_action":"boom"}"#, #"event_action must be one of trigger, acknowledge, resolve, not "boom""#),
            (#"{"event_action":["trigger"]}"#, "event_action must be a text, not an array"),
            (#"{"event_action":"acknowledge"}"#, "dedup_key is needed to acknowledge"),
            (#"{"event_action":"trigger"}"#, "payload is missing"),
            (#"{"event_action":"trigger","payload":3}"#, "payload: must be an object"),
            (#"{"event_action":"trigger","payload":{"source":"s","severity":"info"}}"#, "payload.summary is missing"),
            (
                #"{"event_action":"trigger","payload":{"summary":"","source":"s","severity":"info"}}"#,
                "payload.summary is empty"
            ),
            (
                #"{"event_action":"trigger","payload":{"summary":"s","source":"s","severity":"info","timestamp":"now"}}"#,
                #"payload.timestamp must be a time such as 2026-01-31T08:00:00Z, not "now""#
            ),
        ])
    func refused(_ text: String, _ problem: String) throws {
        let decoded = try Self.pagerDuty(text)
        #expect(decoded.events.isEmpty)
        #expect(decoded.problems.contains(problem), "\(decoded.problems)")
    }

    @Test("long texts are cut between characters, and line breaks leave labels")
    func cut() throws {
        let long = String(repeating: "é", count: 9000)
        let text = #"{"event_action":"trigger","payload":{"summary":"\#(long)","source":"a\nb","severity":"info"}}"#
        let event = try #require(try Self.pagerDuty(text).events.first)
        #expect(event.labels["source"] == "a b")
        #expect(event.annotations["summary"].utf8.count <= EventLimits.annotationBytesMax)
        #expect(event.annotations["summary"].hasSuffix("é…"))
    }

    @Test("a change event says what, where and when")
    func change() throws {
        let (change, problems) = ChangeEvent.decode(
            try Self.json(
                """
                {"payload": {"summary": "v2", "source": "ci", "timestamp": "2026-01-01T00:00:00Z",
                 "custom_details": {"service": "shop", "build": 7}}, "links": [{"href": "https://ci/7"}]}
                """))
        #expect(problems.isEmpty)
        let found = try #require(change)
        #expect(found.summary == "v2")
        #expect(found.labels["service"] == "shop")
        #expect(found.details == "build: 7\nservice: shop")
        #expect(found.links == "https://ci/7")
        #expect(ChangeEvent.decode(try Self.json(#"{"payload":{}}"#)).problems == ["payload.summary is missing"])
        #expect(ChangeEvent.decode(try Self.json("1")).problems == ["payload is missing"])
    }

    // MARK: Webhooks

    @Test("Grafana's links come along, and severities that nobody knows stay as they are")
    func grafana() throws {
        let decoded = AlertWebhook.decode(
            try Self.json(
                """
                {"status": "firing", "truncatedAlerts": 2, "alerts": [{"status": "firing",
                 "labels": {"alertname": "A", "severity": "odd", "empty": ""}, "annotations": {"summary": "s"},
                 "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
                 "dashboardURL": "https://g/d", "valueString": "[ v=1 ]", "generatorURL": "javascript:1"},
                 {"status": "resolved", "labels": {"b": "c"}, "endsAt": "2026-01-01T00:05:00Z"}]}
                """), severities: .standard)
        #expect(decoded.problems == ["truncatedAlerts: the sender left out 2 alerts; lift its max_alerts"])
        #expect(decoded.events.map(\.action) == [.trigger, .resolve])
        #expect(decoded.events[0].labels.description == #"{alertname="A", severity="odd"}"#)
        #expect(decoded.events[0].annotations["dashboard"] == "https://g/d")
        #expect(decoded.events[0].url.isEmpty)
        #expect(decoded.events[0].endedAt == nil)
        #expect(decoded.events[1].labels.description == #"{alertname="Alert", b="c"}"#)
        #expect(decoded.events[1].endedAt == RFC3339.parse("2026-01-01T00:05:00Z"))
    }

    @Test(
        "a webhook without what makes one is refused",
        arguments: [
            (#"[]"#, "the body must be an object, not an array"), (#"{"alerts":{}}"#, "alerts must be an array"),
            (#"{"alerts":[7]}"#, "alerts[0]: must be an object"),
            (#"{"alerts":[{"status":"firing"}]}"#, "alerts[0].labels is missing"),
            (#"{"alerts":[{"status":"firing","labels":{}}]}"#, "alerts[0].labels is empty"),
            (#"{"alerts":[{"labels":{"a":"b"}}]}"#, "alerts[0].status is missing"),
        ])
    func badWebhook(_ text: String, _ problem: String) throws {
        let decoded = AlertWebhook.decode(try Self.json(text), severities: .standard)
        #expect(decoded.events.isEmpty && decoded.problems == [problem], "\(decoded.problems)")
    }

    @Test(
        "Azure's alert is refused by the name of its field",
        arguments: [
            (
                #"{"schemaId":"x"}"#,
                "schemaId must be azureMonitorCommonAlertSchema: switch the common alert schema on in the action group"
            ),
            (#"{"schemaId":"azureMonitorCommonAlertSchema"}"#, "data.essentials is missing"),
            (
                """
                {"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":
                {"alertId":"a","alertRule":"r","severity":"Sev9","monitorCondition":"Fired"}}}
                """, #"data.essentials.severity must be Sev0 to Sev4, not "Sev9""#
            ),
            (
                """
                {"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":
                {"alertId":"a","alertRule":"r","severity":"Sev1","monitorCondition":"Gone"}}}
                """, #"data.essentials.monitorCondition must be one of Fired, Resolved, not "Gone""#
            ),
        ])
    func azure(_ text: String, _ problem: String) throws {
        let decoded = AzureAlert.decode(try Self.json(text), severities: .standard)
        #expect(decoded.events.isEmpty && decoded.problems == [problem], "\(decoded.problems)")
    }

    // MARK: Any shape

    @Test(
        "a path leads where it says, or nowhere",
        arguments: [
            ("/a/1/b~1c", "x"), ("a.1.b/c", "x"), ("/a/0", "7"), ("a.5", nil), ("/a/1/none", nil), ("n", nil),
            ("/a/0/b", nil),
        ] as [(String, String?)])
    func paths(_ text: String, _ found: String?) throws {
        let document = try Self.json(#"{"a": [7, {"b/c": "x"}], "n": null}"#)
        #expect(try #require(JSONPath(text)).find(in: document)?.scalarText == found)
    }

    @Test("a path that is none is refused", arguments: ["", "a..b", "/a~2", "/~", ".", "a."])
    func badPaths(_ text: String) { #expect(JSONPath(text) == nil) }

    @Test("a body that is one event, or a list of them, needs no path to it")
    func oneOrMany() throws {
        var mapping = EventMapping(name: "m", severity: .init(path: nil, severities: .standard, otherwise: .p1))
        mapping.labels["source"] = try #require(JSONPath("host"))
        let one = mapping.decode(try Self.json(#"{"host": "a"}"#))
        #expect(one.events.map(\.labels.description) == [#"{alertname="m", severity="P1", source="a"}"#])
        let many = mapping.decode(try Self.json(#"[{"host": "a"}, 3, {"host": {}}, {}]"#))
        #expect(many.events.count == 2)
        #expect(
            many.problems == [
                "[1] must be an object, not a number", "[2] labels.source: host is an object, not a text",
            ])
        #expect(mapping.decode(try Self.json("1")).problems == ["the body must be an object or an array of objects"])
    }

    // MARK: JSON

    @Test(
        "JSON that is none, or without end, is refused",
        arguments: [
            "", "{", #"{"a" 1}"#, "[1,]", "01", "nul", #"{"a":1} x"#, String(repeating: "[", count: 40), "\"\u{1}\"",
        ])
    func badJSON(_ text: String) { #expect(throws: WireFormatError.self) { try Self.json(text) } }

    @Test("bytes that are no UTF-8 are refused")
    func notText() { #expect(throws: WireFormatError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) } }
}
