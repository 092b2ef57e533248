import SignalModel
import Testing
import WireFormats

@testable import Logs

@Suite("ES|QL")
struct PipeQueryTests {
    private static let records = Result {
        try StoredRecords([
            #"{"@timestamp":"2026-11-26T10:00:05Z","service.name":"api","status":200,"ms":10,"message":"took 10 ms"}"#,
            #"{"@timestamp":"2026-11-26T10:00:25Z","service.name":"api","status":500,"ms":30.5,"message":"GET /a failed"}"#,
            #"{"@timestamp":"2026-11-26T10:01:10Z","service.name":"web","status":200,"ms":20,"tags":["x","y"]}"#,
            #"{"@timestamp":"2026-11-26T11:03:00Z","service.name":"web","status":404,"message":"GET /b missing"}"#,
        ])
    }

    private static func answer(_ source: String) throws -> String {
        let pipes = try PipeQuery(source, QueryClock.context)
        let (times, rest) = pipes.filter.splitByTime
        let query = LogQuery(times: times, indices: pipes.indices, filter: rest)
        let answer = try records.get().snapshot.run(
            pipes, query, extractors: PipelinePatterns.extractor)
        let columns = answer.columns.map { "\($0.name):\($0.type)" }.joined(separator: " ")
        return columns + " "
            + answer.rows.map { row in
                "[" + row.map { DocumentWriter.string(of: $0.json) }.joined(separator: ",") + "]"
            }.joined()
    }

    @Test(
        "commands and functions give what Elasticsearch gives",
        arguments: [
            (
                "FROM logs-* | WHERE status >= 400 | KEEP service.name, status | SORT status",
                #"service.name:keyword status:long ["web",404]["api",500]"#
            ),
            (
                "from logs-app-default | stats n = count(*), avg(ms) by service.name | sort n desc, service.name",
                #"n:long avg(ms):double service.name:keyword [2,20.25,"api"][2,20.0,"web"]"#
            ),
            ("FROM * | STATS COUNT(*)", #"COUNT(*):long [4]"#),
            ("FROM nothing-* | STATS c = COUNT(*), m = MAX(ms)", #"c:long m:null [0,null]"#),
            (
                "FROM * | STATS c = COUNT(*) BY t = BUCKET(@timestamp, 1 hour) | SORT t",
                #"c:long t:date [3,"2026-11-26T10:00:00.000Z"][1,"2026-11-26T11:00:00.000Z"]"#
            ),
            (
                "FROM * | STATS c = COUNT(*) BY t = DATE_TRUNC(1 minute, @timestamp) | SORT t DESC | LIMIT 1",
                #"c:long t:date [1,"2026-11-26T11:03:00.000Z"]"#
            ),
            (
                "FROM * | EVAL s = ms / 10, u = TO_UPPER(service.name), ok = status < 400 | KEEP s, u, ok | SORT s | LIMIT 2",
                #"s:long u:keyword ok:boolean [1,"API",true][2,"WEB",true]"#
            ),
            ("FROM * | WHERE service.name LIKE \"w*\" AND ms IS NOT NULL | KEEP tags", #"tags:keyword [["x","y"]]"#),
            ("FROM * | WHERE service.name RLIKE \"(api|db)\" AND status IN (500, 503) | KEEP ms", "ms:double [30.5]"),
            ("FROM * | WHERE @timestamp > \"2026-11-26T11:00:00Z\" | KEEP status", "status:long [404]"),
            ("FROM * | WHERE @timestamp > NOW() - 4 hours | STATS COUNT(*)", "COUNT(*):long [1]"),
            (
                "FROM * | STATS e = COUNT(*) WHERE status >= 500, r = 100 * SUM(ms) / COUNT(*)",
                "e:long r:double [1,1512.5]"
            ),
            (
                "FROM * | STATS p = PERCENTILE(ms, 50), d = COUNT_DISTINCT(service.name), m = MEDIAN(ms)",
                "p:double d:long m:double [20.0,2,20.0]"
            ),
            (
                "FROM * | EVAL g = CASE(status >= 500, \"bad\", status >= 400, \"odd\", \"good\") | STATS n = COUNT(*) BY g | SORT g",
                #"n:long g:keyword [1,"bad"][2,"good"][1,"odd"]"#
            ),
            (
                "FROM * | GROK message \"%{WORD:verb} %{URIPATH:path} \" | WHERE verb == \"GET\" | STATS n = COUNT(*) BY path | SORT path",
                #"n:long path:keyword [1,"/a"][1,"/b"]"#
            ),
            (
                "FROM * | RENAME service.name AS s | DROP m*, @*, tags | SORT s, status | LIMIT 1",
                #"s:keyword status:long ["api",200]"#
            ),
            (
                "FROM * | DISSECT message \"%{verb} /%{path} %{?rest}\" | SORT path | KEEP verb, path",
                #"verb:keyword path:keyword ["GET","a"]["GET","b"][null,null][null,null]"#
            ),
            (
                "FROM * | DISSECT message \"%{+all} %{?x} %{+all}\" append_separator = \"-\" | KEEP all | SORT all | LIMIT 1",
                #"all:keyword ["GET-failed"]"#
            ),
            (
                "FROM * | GROK message \"%{NUMBER:n:int} %{WORD:unit}\" | WHERE n IS NOT NULL | KEEP n, unit",
                #"n:long unit:keyword [10,"ms"]"#
            ),
            (
                "FROM * | WHERE message IS NOT NULL | GROK message \"%{WORD:word} %{NOTSPACE:word}\" | SORT @timestamp | KEEP word",
                #"word:keyword [["took","10"]][["GET","/a"]][["GET","/b"]]"#
            ),
            (
                "FROM * | GROK message \"^took %{INT:ms:long}\", \"%{URIPATH:path}\" | SORT @timestamp | KEEP ms, path",
                #"ms:long path:keyword [10,null][null,"/a"][null,null][null,"/b"]"#
            ),
            (
                "FROM * | DISSECT tags \"%{tags}\" | WHERE service.name == \"web\" | SORT @timestamp | KEEP tags",
                #"tags:keyword [["x","y"]][null]"#
            ),
            ("FROM * | GROK message \"%{WORD:n:int}\" | STATS COUNT(n)", "COUNT(n):long [0]"),
            ("FROM * | EVAL x = COALESCE(ms, -1) | SORT x | KEEP x | LIMIT 1", "x:long [-1]"),
            (
                "FROM * | EVAL x = CONCAT(service.name, \"-\", TO_STRING(status)), y = LENGTH(x) | SORT x | KEEP x, y | LIMIT 1",
                #"x:keyword y:long ["api-200",7]"#
            ),
            (
                "FROM * | EVAL x = SUBSTRING(service.name, 2), y = REPLACE(service.name, \"[aw]\", \"_\"), z = ROUND(ms, 0) | SORT x, z | KEEP x, y, z | LIMIT 1",
                #"x:keyword y:keyword z:long ["eb","_eb",20]"#
            ),
            (
                "FROM * | WHERE message : \"missing failed\" | SORT @timestamp | KEEP status",
                "status:long [500][404]"
            ),
            (
                "FROM * | WHERE MATCH(message, \"TOOK\") OR status == 404 | SORT status | KEEP status",
                "status:long [200][404]"
            ),
            (
                "FROM * | WHERE NOT MATCH_PHRASE(message, \"a failed\") AND ms > 0 | STATS COUNT(*)",
                "COUNT(*):long [2]"
            ),
            (
                "FROM * | WHERE QSTR(\"status:[400 TO *] AND NOT failed\") | KEEP service.name",
                #"service.name:keyword ["web"]"#
            ),
            ("FROM * | KEEP ms | WHERE KQL(\"service.name: api and ms > 20\")", "ms:double [30.5]"),
            (
                "FROM * | STATS t = COUNT(*) WHERE message : \"took\", a = COUNT(*) BY status | SORT status | KEEP t, a",
                "t:long a:long [1,2][0,1][0,1]"
            ),
            (
                "FROM logs-app-default METADATA _index, _score | WHERE ms == 10 | KEEP _*",
                #"_index:keyword _score:double ["logs-app-default",1.0]"#
            ),
            ("FROM * | WHERE status IN (404, 500) | SORT status | KEEP status", "status:long [404][500]"),
            ("FROM * | WHERE service.name IN (\"web\", \"db\") | STATS COUNT(*)", "COUNT(*):long [2]"),
            ("FROM * | WHERE service.name NOT IN (\"web\", \"db\") | STATS COUNT(*)", "COUNT(*):long [2]"),
            (
                "FROM * | MV_EXPAND tags | WHERE tags IS NOT NULL | KEEP tags",
                #"tags:keyword ["x"]["y"]"#
            ),
            (
                "FROM * | INLINE STATS m = MAX(ms) BY service.name | SORT service.name, status | KEEP status, m, service.name",
                #"status:long m:double service.name:keyword [200,30.5,"api"][500,30.5,"api"][200,20.0,"web"][404,20.0,"web"]"#
            ),
            (
                "FROM * | INLINESTATS n = COUNT(*) | WHERE status > 400 | SORT status | KEEP n, status",
                "n:long status:long [4,404][4,500]"
            ),
            (
                "FROM * | STATS t = TOP(status, 2, \"desc\"), v = MV_SORT(VALUES(ms)), p = PRESENT(tags), a = ABSENT(nothing)",
                "t:long v:double p:boolean a:boolean [[500,404],[10.0,20.0,30.5],true,true]"
            ),
            (
                "FROM * | STATS v = VARIANCE(status), w = WEIGHTED_AVG(ms, status) BY service.name | SORT service.name | LIMIT 1 | EVAL w = ROUND(w, 2) | KEEP v, w",
                "v:double w:double [22500.0,24.64]"
            ),
            ("FROM * | STATS a = COUNT(*), a = MAX(status) | KEEP a", "a:long [500]"),
            (
                "FROM * | STATS c = COUNT(*) BY h = TBUCKET(1 hour) | SORT h DESC | KEEP c",
                "c:long [1][3]"
            ),
            ("FROM * | SORT @timestamp DESC | LIMIT 2 | KEEP status", "status:long [404][200]"),
            ("FROM * | LIMIT 1 | KEEP status", "status:long [404]"),
            ("FROM logs-*, -logs-app-* | STATS COUNT(*)", "COUNT(*):long [0]"),
            ("FROM * | LIMIT 0 | KEEP status", "status:null "),
            ("FROM * | WHERE tags == \"x\" | STATS COUNT(*)", "COUNT(*):long [0]"),
            ("ROW a = 1, b = \"x\" | EVAL c = a + 1 | DROP a", #"b:keyword c:long ["x",2]"#),
            ("ROW a = SPLIT(\"1 2\", \" \") | MV_EXPAND a | STATS SUM(TO_LONG(a))", "SUM(TO_LONG(a)):long [3]"),
            ("FROM * | STATS c = COUNT(*) BY tags | SORT c, tags", #"c:long tags:keyword [1,"x"][1,"y"][3,null]"#),
            ("FROM * | SORT ms NULLS FIRST | KEEP ms | LIMIT 1", "ms:null [null]"),
            (
                "FROM * | WHERE NOT service.name == \"api\" AND missing.field IS NULL // note\n| STATS COUNT(*)",
                "COUNT(*):long [2]"
            ),
        ])
    func answers(_ source: String, _ expected: String) throws {
        #expect(try Self.answer(source) == expected)
    }

    @Test(
        "an error says where it is and what would be right",
        arguments: [
            ("", "line 1, column 1: expected FROM"),
            ("FROM a | FILTER x", "line 1, column 10: unknown command FILTER: there are WHERE"),
            ("FROM a | WHERE x ==", "line 1, column 20: expected a value, a column or a function but found the end"),
            ("FROM a | STATS x", "line 1, column 16: expected an aggregate"),
            ("FROM a | STATS FOO(x)", "line 1, column 16: Unknown function [foo]"),
            ("FROM a | EVAL x = LEFT(y)", "line 1, column 19: LEFT takes 2 arguments, not 1"),
            ("FROM a | KEEP b | WHERE c == 1", "line 1, column 25: Unknown column [c]"),
            ("FROM a | LIMIT x", "line 1, column 16: expected a whole number but found \"x\""),
            ("FROM a | GROK x 1", "line 1, column 17: expected a pattern in quotes but found 1"),
            ("FROM a | GROK x \"%{NOPE:y}\"", "line 1, column 17: Invalid GROK pattern [%{NOPE:y}]: [Unable to find"),
            (
                "FROM a | GROK x \"%{INT:y} %{INT:y:int}\"",
                "line 1, column 17: Invalid GROK pattern [%{INT:y} %{INT:y:int}]: [the attribute [y]"
            ),
            (
                "FROM a |\nDISSECT x \"none\"",
                "line 2, column 11: Invalid pattern for dissect: [none]: Unable to find"
            ),
            ("FROM a | DISSECT x \"%{*k} %{&k}\"", "line 1, column 20: Reference keys not supported in dissect"),
            ("FROM a | DISSECT x \"%{k}\" append_separator 1", "line 1, column 44: expected \"=\" but found 1"),
            ("FROM a | WHERE x LIKE y", "line 1, column 23: expected a pattern in quotes"),
            ("FROM a | WHERE x RLIKE \"(\"", "line 1, column 24: cannot read the regular expression"),
            ("FROM a |\n WHERE \"x", "line 2, column 8: expected a closing \""),
            ("FROM a | WHERE (x == 1", "line 1, column 23: expected \")\" but found the end"),
            ("FROM a | SORT x | STATS COUNT(*) | WHERE y > 1", "line 1, column 42: Unknown column [y]"),
        ])
    func errors(_ source: String, _ expected: String) throws {
        let error = #expect(throws: LogQueryError.self) { _ = try Self.answer(source) }
        #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    }

    @Test(
        "a search of a field that is hidden from somebody finds nothing, in whatever words",
        arguments: [
            ("message : \"took\"", 0), ("MATCH_PHRASE(message, \"took\")", 0), ("KQL(\"took\")", 0),
            ("QSTR(\"m*:took\")", 0),
            ("NOT message : \"took\"", 4), ("KQL(\"message: *\") OR service.name == \"api\"", 2),
        ])
    func hidden(condition: String, count: Int64) throws {
        let pipes = try PipeQuery("FROM * | WHERE \(condition) | STATS COUNT(*)", QueryClock.context)
        let query = LogQuery(filter: pipes.filter, access: LogAccess(maskedFields: ["message"]))
        #expect(try Self.records.get().snapshot.run(pipes, query).rows == [[.long(count)]])
    }

    @Test(
        "texts without a word are found by what they are",
        arguments: ["message == \"!!\"", "message IN (\"!!\", \"?\")"])
    func signs(condition: String) throws {
        let records = try StoredRecords([
            #"{"@timestamp":"2026-11-26T10:00:05Z","message":"!!"}"#,
            #"{"@timestamp":"2026-11-26T10:00:06Z","message":"a"}"#,
        ])
        let pipes = try PipeQuery("FROM * | WHERE \(condition) | STATS COUNT(*)", QueryClock.context)
        #expect(try records.snapshot.run(pipes, LogQuery(filter: pipes.filter)).rows == [[.long(1)]])
    }
}
