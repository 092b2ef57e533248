import Testing

@testable import Logs

@Suite("Kibana Query Language")
struct KQLParserTests {
    @Test(
        "a query means what Kibana means by it",
        arguments: [
            ("", "all"),
            ("   ", "all"),
            ("*", "all"),
            ("*: *", "all"),
            ("Hello", "_=‘Hello’"),
            ("\"quick brown fox\"", "_=\"‘quick brown fox’\""),
            ("foo bar", "_=‘foo bar’"),
            ("http.request.method: *", "http.request.method:exists"),
            ("http.request.method: GET", "http.request.method=‘GET’"),
            ("response:200", "response=‘200’"),
            ("http.response.status_code:400 401 404", "http.response.status_code=‘400 401 404’"),
            ("body: null pointer", "body=‘null pointer’"),
            ("body: \"null pointer\"", "body=\"‘null pointer’\""),
            ("http.request.referrer: \"https://example.com\"", "http.request.referrer=\"‘https://example.com’\""),
            ("http.request.referrer: https\\://example.com", "http.request.referrer=‘https://example.com’"),
            ("http.response.status_code: 4*", "http.response.status_code~4*"),
            ("name: r?n*", "name~r\\?n*"),
            ("bytes > 10000", "bytes{#10000 TO *]"),
            ("bytes > 10000 and bytes <= 20000", "(bytes{#10000 TO *] & bytes[* TO #20000])"),
            ("bytes>=1.5", "bytes[#1.5 TO *]"),
            ("version > \"1.2.3\"", "version{‘1.2.3’ TO *]"),
            ("not http.request.method: GET", "!http.request.method=‘GET’"),
            ("NOT a:1 AND b:2", "(!a=‘1’ & b=‘2’)"),
            ("a:1 or b:2 and c:3", "(a=‘1’ | (b=‘2’ & c=‘3’))"),
            ("(a:1 or b:2) and c:3", "((a=‘1’ | b=‘2’) & c=‘3’)"),
            ("not (a:1 or b:2)", "!(a=‘1’ | b=‘2’)"),
            ("not not_a: 1", "!not_a=‘1’"),
            ("m:(GET or POST or DELETE)", "(m=‘GET’ | m=‘POST’ | m=‘DELETE’)"),
            ("m:(a and not b or c d)", "((m=‘a’ & !m=‘b’) | m=‘c d’)"),
            ("m:(a or (b and \"c d\"))", "(m=‘a’ | (m=‘b’ & m=\"‘c d’\"))"),
            ("not m:(a or b)", "!(m=‘a’ | m=‘b’)"),
            ("datastream.*: logs", "‹datastream.*›=‘logs’"),
            ("host*: web-*", "‹host*›~web-*"),
            ("*: web", "_=‘web’"),
            ("user:{ first: \"Alice\" and last: \"White\" }", "(user.first=\"‘Alice’\" & user.last=\"‘White’\")"),
            ("a:{ b:{ c: 1 } or not d > 2 }", "(a.b.c=‘1’ | !a.d{#2 TO *])"),
            ("a:{ x }", "‹a.*›=‘x’"),
            ("ok: true", "ok=#true"),
            ("ok: \"true\"", "ok=\"‘true’\""),
            ("ok: false or ok: null", "(ok=#false | !ok:exists)"),
            ("\"field name\": v", "field name=‘v’"),
            ("message: cannot open", "message=‘cannot open’"),
            ("a: sand and b: orb", "(a=‘sand’ & b=‘orb’)"),
            ("a: b\\or c", "a=‘bor c’"),
            ("\\and", "_=‘and’"),
            ("\\not a", "_=‘not a’"),
            ("a: x\\*y*", "a~x\\*y*"),
            ("a: \"x*\"", "a=\"‘x*’\""),
            ("a: \\(b\\) \\{c\\} \\<d\\> \\\"e\\\" \\\\f", "a=‘(b) {c} <d> \"e\" \\f’"),
            ("a: tab\\there", "a=‘tab\there’"),
            ("a: \\u00e9t\\u00E9", "a=‘été’"),
            ("a: \"say \\\"x\\\" \\\\ \\d\"", "a=\"‘say \"x\" \\ \\d’\""),
            ("a: Grüße 世界", "a=‘Grüße 世界’"),
            ("a\u{a0}:\u{a0}b", "a=‘b’"),
            ("a:1\nor\tb:2", "(a=‘1’ | b=‘2’)"),
            ("message: C\\:\\\\Windows", "message=‘C:\\Windows’"),
            ("@timestamp >= \"2026-11-26\"", "@timestamp[@2026-11-26T00:00:00.000 TO *]"),
            ("@timestamp <= \"2026-11-26\"", "@timestamp[* TO @2026-11-26T23:59:59.999999999]"),
            ("@timestamp > 2026-11-26", "@timestamp{@2026-11-26T23:59:59.999999999 TO *]"),
            ("@timestamp < now-1h/d", "@timestamp[* TO @2026-11-26T00:00:00.000}"),
            ("@timestamp >= now-5m", "@timestamp[@2026-11-26T14:00:09.123 TO *]"),
            ("@timestamp: 2026-11-26", "@timestamp[@2026-11-26T00:00:00.000 TO @2026-11-26T23:59:59.999999999]"),
            ("event.created > 2026-11-01", "event.created{@2026-11-01T23:59:59.999999999 TO *]"),
        ])
    func meaning(_ query: String, _ expected: String) throws {
        #expect(FilterNotation.text(try KQLParser.filter(query, QueryClock.context)) == expected)
    }

    @Test(
        "an error says where it is and what would be right",
        arguments: [
            ("a:", "line 1, column 3: expected a value, or \"*\" for any, but found the end"),
            ("a: (b or", "line 1, column 9: expected"),
            ("(a: b", "line 1, column 6: expected \")\" for the one opened at line 1, column 1"),
            ("a: \"b\" and", "line 1, column 8: expected a field name, a value or \"(\" behind \"and\""),
            ("a: b)", "line 1, column 5: expected \"and\", \"or\" or the end but found \")\""),
            ("a: \"b", "line 1, column 4: expected a closing \"\\\"\" for the quote opened here"),
            ("a: b\nand c: (d", "line 2, column 10: expected \")\" for the one opened at line 2, column 8"),
            ("a: b not c: d", "line 1, column 6: expected \"and\" or \"or\" before \"not\""),
            ("a: b: c", "line 1, column 5: expected \"and\", \"or\" or the end but found \":\""),
            ("a > *", "line 1, column 5: a comparison takes one value, without \"*\""),
            ("a: \\u12", "line 1, column 4: expected four hexadecimal digits"),
            ("a: \\x", "line 1, column 4: a backslash stands before one of"),
            ("a:{ b: 1", "line 1, column 9: expected \"}\" for the one opened at line 1, column 3"),
            ("@timestamp >= yesterday", "line 1, column 15: failed to parse date field [yesterday]"),
            ("@timestamp >= now-1x", "line 1, column 15: cannot read the date arithmetic in [now-1x]"),
            (">= 5", "line 1, column 1: expected a field name, a value or \"(\" but found \">\""),
        ])
    func errors(_ query: String, _ expected: String) throws {
        let error = #expect(throws: LogQueryError.self) { try KQLParser.filter(query, QueryClock.context) }
        #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    }

    @Test("10 000 clauses are read; more than the limit, too deep or too long is refused in words")
    func limits() throws {
        func alternatives(_ count: Int) -> String {
            (0..<count).map { "a: v\($0)" }.joined(separator: " or ")
        }
        guard case .or(let parts) = try KQLParser.filter(alternatives(10_000), QueryClock.context) else {
            Issue.record("no alternatives")
            return
        }
        #expect(parts.count == 10_000)
        for query in [
            alternatives(20_001), String(repeating: "(", count: 101) + "a",
            String(repeating: "x", count: 1 << 20 + 1),
            String(repeating: "a:{", count: 50_000),
        ] {
            let error = #expect(throws: LogQueryError.self) { try KQLParser.filter(query, QueryClock.context) }
            #expect(error?.code == .tooLarge)
        }
    }
}
