import Pipeline
import SignalModel
import Testing

@testable import HTTPAPI

@Suite("Elasticsearch's dialect")
struct ElasticsearchTests {
    @Test(
        "filter_path names, leaves out and matches by stars",
        arguments: [
            ("", ["errors"], true), ("errors", ["errors"], true), ("errors", ["took"], false),
            ("items", ["items", "create", "status"], true), ("items.*.status", ["items", "create", "status"], true),
            ("items.*.status", ["items", "create", "_id"], false),
            ("items.*.error", ["items", "index", "error", "type"], true),
            ("items.*._index,items.*.stat*", ["items", "index", "status"], true), ("-took", ["took"], false),
            ("-took", ["errors"], true), ("**.type", ["items", "index", "error", "type"], true),
            ("**.type", ["items", "index", "error", "reason"], false),
            ("i*s.c*e.*s", ["items", "create", "status"], true),
        ])
    func filterPath(pattern: String, path: [String], isKept: Bool) throws {
        #expect(try FilterPath(pattern).keeps(path) == isKept)
    }

    @Test(
        "names of indices are Elasticsearch's",
        arguments: [
            ("logs-app-default", true), (".hidden", true), ("a.b_c+d", true), ("", false), ("Logs", false),
            ("_all", false),
            ("-x", false), ("+x", false), ("a b", false), ("a,b", false), ("a*", false), ("..", false),
            (String(repeating: "a", count: 255), true), (String(repeating: "a", count: 256), false), ("a:b", false),
        ])
    func names(name: String, isFine: Bool) { #expect((IndexName.refusal(name) == nil) == isFine, "\(name)") }

    @Test(
        "Beats are told a version that is not older than theirs",
        arguments: [
            (nil, "8.19.0"), ("Elastic-Filebeat/9.4.1 (linux; amd64)", "9.4.1"), ("Filebeat/8.2.0", "8.19.0"),
            ("Metricbeat/10.0.0-SNAPSHOT", "10.0.0"), ("curl/9.9.9", "8.19.0"), ("Filebeat/9", "8.19.0"),
            ("Filebeat/9.9999.0", "8.19.0"), ("", "8.19.0"), ("Filebeat/-", "8.19.0"),
        ] as [(String?, String)])
    func versions(agent: String?, version: String) { #expect(ElasticsearchAPI.version(for: agent) == version) }

    @Test(
        "a document is the same in whatever order and however its names are nested",
        arguments: [
            (#"{"a":{"b":1},"c":"x"}"#, #"{"c":"x","a.b":1}"#, true), (#"{"a":1}"#, #"{"a":"1"}"#, false),
            (#"{"@timestamp":"2026-01-01T00:00:00.000Z","a":1}"#, #"{"a":1}"#, true),
            (#"{"@timestamp":"2026-01-01T00:00:00.000Z"}"#, #"{"@timestamp":"2026-01-01T01:00:00+01:00"}"#, true),
            (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#, false), (#"{"a":1}"#, #"{"a":1,"b":2}"#, false), ("", "{}", false),
        ])
    func same(stored: String, sent: String, isSame: Bool) {
        let bytes = Array(sent.utf8)
        #expect(bytes.withUnsafeBytes { SameDocument.check(stored: Array(stored.utf8), sent: $0) } == isSame)
    }

    @Test("forced labels are the last members, so they count")
    func forced() {
        let fields = ForcedFields(.init([(name: "cluster", value: "a\"b")]))
        func added(_ text: String) -> String {
            Array(text.utf8).withUnsafeBytes { fields.added(to: $0) { String(decoding: $0, as: UTF8.self) } }
        }
        #expect(added(#"{"a":1}"#) == #"{"a":1,"cluster":"a\"b"}"#)
        #expect(added("{ }\r") == #"{ "cluster":"a\"b"}"#)
        #expect(added(#"{"cluster":"}"} "#) == #"{"cluster":"}","cluster":"a\"b"}"#)
    }
}
