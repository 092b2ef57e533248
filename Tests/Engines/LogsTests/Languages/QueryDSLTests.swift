import SignalModel
import Testing
import WireFormats

@testable import Logs

@Suite("Elasticsearch's queries in JSON")
struct QueryDSLTests {
    private static func filter(_ json: String) throws -> LogFilter {
        try QueryDSL.filter(try DocumentReader.value(Array(json.utf8)), QueryClock.context)
    }

    @Test(
        "a query means what Elasticsearch means by it",
        arguments: [
            (#"{"match_all":{}}"#, "all"),
            (#"{"match_none":{}}"#, "nothing"),
            (#"{"term":{"status":{"value":500,"boost":2}}}"#, "status in[#500]"),
            (#"{"term":{"service.name":"api"}}"#, "service.name in[‘api’]"),
            (#"{"term":{"ok":true}}"#, "ok in[#true]"),
            (#"{"term":{"name":{"value":"A*b","case_insensitive":true}}}"#, "name~A\\*b/i"),
            (#"{"terms":{"status":[500,"503"],"boost":1}}"#, "status in[#500, ‘503’]"),
            (#"{"terms":{"status":[]}}"#, "nothing"),
            (#"{"ids":{"values":["1",2]}}"#, "_id in[‘1’, ‘2’]"),
            (#"{"exists":{"field":"user"}}"#, "user:exists"),
            (#"{"prefix":{"host":"web-"}}"#, "host^=web-"),
            (#"{"prefix":{"host":{"value":"web-","case_insensitive":true}}}"#, "host^=web-/i"),
            (#"{"wildcard":{"host":{"value":"w*b?"}}}"#, "host~w*b?"),
            (#"{"wildcard":{"host":{"wildcard":"*"}}}"#, "host:exists"),
            (#"{"regexp":{"host":{"value":"web-<1-3>","flags":"ALL"}}}"#, "host/web-(?:1|2|3)/"),
            (#"{"fuzzy":{"user":{"value":"kimchy","fuzziness":"AUTO","prefix_length":1}}}"#, "user~2(1)kimchy"),
            (#"{"match":{"message":"this is a test"}}"#, "message=‘this is a test’"),
            (#"{"match":{"message":{"query":"a b","operator":"and"}}}"#, "message=all‘a b’"),
            (#"{"match":{"status":500}}"#, "status=#500"),
            (
                #"{"match":{"message":{"query":"one two three","minimum_should_match":"75%"}}}"#,
                "atLeast2(message=‘one’, message=‘two’, message=‘three’)"
            ),
            (#"{"match":{"message":{"query":"quikc fox","fuzziness":"AUTO"}}}"#, "(message~1quikc | message~1fox)"),
            (#"{"match_phrase":{"message":"this is a test"}}"#, "message=\"‘this is a test’\""),
            (#"{"match_phrase":{"message":{"query":"a b","slop":2}}}"#, "message=\"‘a b’\"~2"),
            (#"{"match_phrase_prefix":{"message":{"query":"quick brown f"}}}"#, "message=\"‘quick brown f’…\""),
            (#"{"match_bool_prefix":{"message":"quick f"}}"#, "(message=‘quick’ | message^=f)"),
            (#"{"multi_match":{"query":"x y","fields":["a^3","b*"]}}"#, "(a=‘x y’ | ‹b*›=‘x y’)"),
            (#"{"multi_match":{"query":"x y","type":"phrase","lenient":true}}"#, "_=\"‘x y’\""),
            (#"{"query_string":{"analyze_wildcard":true,"query":"*"}}"#, "all"),
            (#"{"query_string":{"query":"a b","default_field":"m","default_operator":"AND"}}"#, "m=all‘a b’"),
            (#"{"query_string":{"query":"x AND f:y","fields":["a","b^2"]}}"#, "((a=‘x’ | b=‘x’) & f=‘y’)"),
            (
                #"{"simple_query_string":{"query":"\"fried eggs\" +(eggplant | potato) -frittata","fields":["t"],"default_operator":"and"}}"#,
                "(t=\"‘fried eggs’\" & (t=all‘eggplant’ | t=all‘potato’) & !t=all‘frittata’)"
            ),
            (#"{"simple_query_string":{"query":"((a* b~1"}}"#, "(_^=a | _~1b)"),
            (#"{"bool":{}}"#, "all"),
            (#"{"bool":{"filter":{"term":{"a":1}}}}"#, "a in[#1]"),
            (
                #"{"bool":{"filter":[{"term":{"a":1}},{"term":{"b":2}}],"must_not":{"exists":{"field":"c"}}}}"#,
                "(a in[#1] & b in[#2] & !c:exists)"
            ),
            (#"{"bool":{"should":[{"term":{"a":1}},{"term":{"b":2}}]}}"#, "(a in[#1] | b in[#2])"),
            (#"{"bool":{"must":{"match_all":{}},"should":[{"term":{"a":1}}]}}"#, "all"),
            (#"{"bool":{"must":[],"filter":[],"should":[],"must_not":[]}}"#, "all"),
            (
                #"{"bool":{"filter":{"term":{"c":3}},"should":[{"term":{"a":1}},{"term":{"b":2}}],"minimum_should_match":1}}"#,
                "(c in[#3] & (a in[#1] | b in[#2]))"
            ),
            (
                #"{"bool":{"should":[{"term":{"a":1}},{"term":{"b":2}},{"term":{"c":3}}],"minimum_should_match":2}}"#,
                "atLeast2(a in[#1], b in[#2], c in[#3])"
            ),
            (
                #"{"bool":{"should":[{"term":{"a":1}},{"term":{"b":2}}],"minimum_should_match":"100%"}}"#,
                "(a in[#1] & b in[#2])"
            ),
            (#"{"bool":{"should":[{"term":{"a":1}}],"minimum_should_match":2}}"#, "nothing"),
            (#"{"constant_score":{"filter":{"term":{"a":1}},"boost":1.2}}"#, "a in[#1]"),
            (#"{"nested":{"path":"u","query":{"term":{"u.a":1}}}}"#, "u.a in[#1]"),
            (
                #"{"dis_max":{"queries":[{"term":{"a":1}},{"term":{"b":2}}],"tie_breaker":0.7}}"#,
                "(a in[#1] | b in[#2])"
            ),
            (#"{"range":{"age":{"gte":10,"lt":20,"boost":2}}}"#, "age[#10 TO #20}"),
            (#"{"range":{"age":{"gt":"10"}}}"#, "age{#10 TO *]"),
            (#"{"range":{"age":{"from":1,"to":5,"include_lower":false,"include_upper":true}}}"#, "age{#1 TO #5]"),
            (
                #"{"range":{"@timestamp":{"gte":1795701600000,"lte":1795701909123,"format":"epoch_millis"}}}"#,
                "@timestamp[@2026-11-26T14:00:00.000 TO @2026-11-26T14:05:09.123999999]"
            ),
            (
                #"{"range":{"@timestamp":{"gte":"1795701600000","lt":"now"}}}"#,
                "@timestamp[@2026-11-26T14:00:00.000 TO @2026-11-26T14:05:09.123}"
            ),
            (
                #"{"range":{"@timestamp":{"gte":"2026-11-26T14:00:00.000Z","lte":"2026-11-26T15:00:00Z","format":"strict_date_optional_time"}}}"#,
                "@timestamp[@2026-11-26T14:00:00.000 TO @2026-11-26T15:00:00.999999999]"
            ),
            (
                #"{"range":{"@timestamp":{"gte":"now-1d/d","lt":"now/d"}}}"#,
                "@timestamp[@2026-11-25T00:00:00.000 TO @2026-11-26T00:00:00.000}"
            ),
            (
                #"{"range":{"@timestamp":{"gt":"now/d","lte":"now/M"}}}"#,
                "@timestamp{@2026-11-26T23:59:59.999999999 TO @2026-11-30T23:59:59.999999999]"
            ),
            (
                #"{"range":{"@timestamp":{"gte":"2026-07-01","lt":"2026-07-02","time_zone":"Europe/Prague"}}}"#,
                "@timestamp[@2026-06-30T22:00:00.000 TO @2026-07-01T22:00:00.000}"
            ),
            (
                #"{"range":{"@timestamp":{"gte":"2026-07-01T00:00:00","time_zone":"+01:00"}}}"#,
                "@timestamp[@2026-06-30T23:00:00.000 TO *]"
            ),
            (
                #"{"range":{"day":{"gte":"01.07.2026","lte":"02.07.2026||+1d","format":"dd.MM.yyyy"}}}"#,
                "day[@2026-07-01T00:00:00.000 TO @2026-07-03T00:00:00.000]"
            ),
            (#"{"range":{"t":{"gte":1795701600,"format":"epoch_second"}}}"#, "t[@2026-11-26T14:00:00.000 TO *]"),
            (#"{"range":{"a":{"gte":null,"lte":null}}}"#, "a:exists"),
        ])
    func meaning(_ json: String, _ expected: String) throws {
        #expect(FilterNotation.text(try Self.filter(json)) == expected)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            (#"{"matches":{}}"#, "unknown query [matches]"),
            (#"{"bool":{"musts":[]}}"#, "[bool] query does not support [musts]"),
            (#"{"bool":{"filter":[{"term":{"a":1},"exists":{"field":"b"}}]}}"#, "[term] malformed query"),
            (#"{}"#, "query malformed, empty clause found"),
            (#"[]"#, "[_na] query malformed, must start with start_object"),
            (#"{"term":{"a":1,"b":2}}"#, "[term] query doesn't support multiple fields, found [a] and [b]"),
            (#"{"term":"a"}"#, "[term] query malformed, no start_object after query name"),
            (#"{"term":{"a":null}}"#, "[term] value cannot be null"),
            (#"{"term":{"a":{"value":1,"values":2}}}"#, "[term] query does not support [values]"),
            (#"{"range":{"a":{"above":1}}}"#, "[range] query does not support [above]"),
            (#"{"range":{"@timestamp":{"gte":"soon"}}}"#, "failed to parse date field [soon] with format ["),
            (#"{"range":{"@timestamp":{"gte":"now","time_zone":"Mars"}}}"#, "unknown time zone [Mars]"),
            (#"{"query_string":{"query":"a AND ("}}"#, "Failed to parse query [a AND (]: line 1, column 8"),
            (#"{"regexp":{"a":"(b"}}"#, "cannot read the regular expression /(b/"),
            (#"{"exists":{}}"#, "[exists] must be provided with a [field]"),
            (
                #"{"bool":{"should":[{"match_all":{}}],"minimum_should_match":"half"}}"#,
                "cannot read minimum_should_match"
            ),
        ])
    func errors(_ json: String, _ expected: String) throws {
        let error = #expect(throws: LogQueryError.self) { try Self.filter(json) }
        #expect(error?.message.hasPrefix(expected) == true, "\(error?.message ?? "")")
    }

    @Test("queries too deep or with too many clauses are refused in words")
    func limits() throws {
        let deep =
            String(repeating: #"{"bool":{"must":"#, count: 150) + #"{"match_all":{}}"#
            + String(repeating: "}}", count: 150)
        let wide =
            #"{"bool":{"should":["# + Array(repeating: #"{"term":{"a":1}}"#, count: 20_001).joined(separator: ",")
            + "]}}"
        let turning =
            #"{"simple_query_string":{"query":""# + String(repeating: "a+b|", count: 600) + #"c","fields":["t"]}}"#
        for json in [deep, wide, turning] {
            let error = #expect(throws: LogQueryError.self) { try Self.filter(json) }
            #expect(error?.code == .tooLarge)
        }
    }
}
