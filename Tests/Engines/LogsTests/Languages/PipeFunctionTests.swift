import SignalModel
import Testing
import WireFormats

@testable import Logs

@Suite("ES|QL: functions")
struct PipeFunctionTests {
    private static func answer(_ query: String, _ parameters: String = "[]") throws -> String {
        let pipes = try PipeQuery(
            query, QueryClock.context,
            parameters: try PipeParameters(try DocumentReader.value(Array(parameters.utf8))))
        let answer = try LogStore().snapshot().run(pipes, LogQuery())
        let values = answer.rows.map { row in row.map { DocumentWriter.string(of: $0.json) }.joined(separator: " ") }
        return answer.columns.map(\.type).joined(separator: " ") + " " + values.joined(separator: " | ")
    }

    @Test(
        "give what Elasticsearch gives",
        arguments: [
            ("ABS(-3)", "long 3"), ("ABS(-2.5)", "double 2.5"), ("CEIL(1.2)", "double 2.0"),
            ("FLOOR(-1.2)", "double -2.0"),
            ("ROUND(1.25, 1)", "double 1.3"), ("ROUND(1250, -2)", "long 1300"), ("ROUND(7)", "long 7"),
            ("ROUND(1.5, 400)", "double 1.5"), ("SQRT(9)", "double 3.0"), ("SQRT(-1)", "null null"),
            ("CBRT(8)", "double 2.0"), ("POW(2, 10)", "long 1024"), ("POW(2, 0.5) < 1.5", "boolean true"),
            ("LOG(100, 10)", "double 0.5"), ("LOG10(1000)", "double 3.0"), ("LOG(0)", "null null"),
            ("SIGNUM(-7)", "double -1.0"), ("HYPOT(3, 4)", "double 5.0"), ("COS(0)", "double 1.0"),
            ("TO_DEGREES(PI())", "double 180.0"), ("TAU() / PI()", "double 2.0"), ("E() > 2.7", "boolean true"),
            ("ATAN2(0, 1)", "double 0.0"), ("COPY_SIGN(3, -1)", "double -3.0"), ("7 / 2", "long 3"),
            ("7.0 / 2", "double 3.5"),
            ("7 % 4", "long 3"), ("1 / 0", "null null"), ("9223372036854775807 + 1", "null null"),
            ("GREATEST(1, 3, 2)", "long 3"), ("LEAST(\"b\", \"a\")", #"keyword "a""#),
            ("GREATEST(1, null)", "null null"),
            ("LENGTH(\"Größe\")", "long 5"), ("BYTE_LENGTH(\"Größe\")", "long 7"), ("BIT_LENGTH(\"ab\")", "long 16"),
            ("TO_UPPER(\"aß\")", #"keyword "ASS""#), ("TRIM(\"  a \")", #"keyword "a""#),
            ("LTRIM(\" a \")", #"keyword "a ""#),
            ("LEFT(\"hello\", 2)", #"keyword "he""#), ("RIGHT(\"hello\", 9)", #"keyword "hello""#),
            ("SUBSTRING(\"hello\", 2, 3)", #"keyword "ell""#), ("SUBSTRING(\"hello\", -3)", #"keyword "llo""#),
            ("SUBSTRING(\"hello\", 0, 2)", #"keyword "he""#), ("SUBSTRING(\"hello\", 9)", #"keyword """#),
            ("CONCAT(\"a\", 1, true)", #"keyword "a1true""#), ("CONCAT(\"a\", null)", "null null"),
            ("REPLACE(\"a1b22\", \"[0-9]+\", \"#\")", #"keyword "a#b#""#),
            (#"REPLACE("john doe", "(\\w+) (\\w+)", "$2, $1")"#, #"keyword "doe, john""#),
            ("REPLACE(\"ü\", \"\", \"-\")", #"keyword "-ü-""#), ("REVERSE(\"abc\")", #"keyword "cba""#),
            ("REPEAT(\"ab\", 3)", #"keyword "ababab""#), ("REPEAT(\"ab\", 100000000)", "null null"),
            ("SPACE(2)", #"keyword "  ""#), ("SPLIT(\"a,b\", \",\")", #"keyword ["a","b"]"#),
            ("STARTS_WITH(\"abc\", \"ab\")", "boolean true"), ("ENDS_WITH(\"abc\", \"bc\")", "boolean true"),
            ("CONTAINS(\"abc\", \"d\")", "boolean false"), ("LOCATE(\"banana\", \"an\")", "long 2"),
            ("LOCATE(\"banana\", \"an\", 3)", "long 4"), ("LOCATE(\"banana\", \"x\")", "long 0"),
            ("TO_LONG(\"12\")", "long 12"), ("TO_LONG(\"x\")", "null null"), ("TO_LONG(2.5)", "long 3"),
            ("TO_INTEGER(3000000000)", "null null"), ("TO_DOUBLE(\"1.5\")", "double 1.5"),
            ("TO_DBL(2)", "double 2.0"),
            ("TO_BOOLEAN(\"TRUE\")", "boolean true"), ("TO_BOOLEAN(0)", "boolean false"),
            ("TO_STRING(1.5)", #"keyword "1.5""#),
            ("\"12\"::long + 1", "long 13"), ("12::keyword", #"keyword "12""#),
            ("TO_LONG(SPLIT(\"1 2\", \" \"))", "long [1,2]"),
            ("TO_DATETIME(1000)", #"date "1970-01-01T00:00:01.000Z""#),
            ("\"2026-11-26\"::datetime", #"date "2026-11-26T00:00:00.000Z""#),
            ("TO_LONG(TO_DATETIME(\"2026-11-26T10:00:00Z\"))", "long 1795687200000"),
            ("DATE_TRUNC(1 hour, \"2026-11-26T10:31:00Z\"::date)", #"date "2026-11-26T10:00:00.000Z""#),
            ("DATE_TRUNC(\"30 minutes\", \"2026-11-26T10:31:00Z\")", #"date "2026-11-26T10:30:00.000Z""#),
            ("DATE_EXTRACT(\"DAY_OF_WEEK\", \"2026-11-26\"::date)", "long 4"),
            ("DATE_EXTRACT(\"minute_of_day\", \"2026-11-26T10:31:00Z\")", "long 631"),
            ("DATE_EXTRACT(\"aligned_week_of_year\", \"2026-02-01\")", "long 5"),
            ("DATE_EXTRACT(\"hour_of_ampm\", \"2026-11-26T13:00:00Z\")", "long 1"),
            ("DATE_EXTRACT(\"instant_seconds\", \"1970-01-01T00:01:00Z\")", "long 60"),
            ("DATE_FORMAT(\"dd.MM.yyyy\", \"2026-11-26\")", #"keyword "26.11.2026""#),
            ("DATE_FORMAT(\"2026-11-26\"::date)", #"keyword "2026-11-26T00:00:00.000Z""#),
            ("DATE_PARSE(\"dd/MM/yyyy\", \"26/11/2026\")", #"date "2026-11-26T00:00:00.000Z""#),
            ("DATE_PARSE(\"dd/MM/yyyy\", \"x\")", "null null"),
            ("DATE_PARSE(\"2026-11-26\")", #"date "2026-11-26T00:00:00.000Z""#),
            ("DATE_DIFF(\"hours\", \"2026-11-26\", \"2026-11-27T01:30:00Z\")", "long 25"),
            ("DATE_DIFF(\"month\", \"2026-01-31\", \"2026-03-30\")", "long 1"),
            ("DATE_DIFF(\"year\", \"2026-03-01\", \"2024-02-28\")", "long -2"),
            (#"DATE_FORMAT("EEE h:mm a", "2026-11-26T13:05:00Z")"#, #"keyword "Thu 1:05 PM""#),
            (#"DATE_PARSE("yyyy-MM-dd hh:mm a", "2026-11-26 12:05 AM")"#, #"date "2026-11-26T00:05:00.000Z""#),
            ("DAY_NAME(\"2026-11-26\"::date)", #"keyword "Thursday""#),
            ("MONTH_NAME(\"2026-11-26\"::date)", #"keyword "November""#),
            ("\"2026-11-26\"::date + 2 days", #"date "2026-11-28T00:00:00.000Z""#),
            ("\"2026-03-31\"::date - 1 month", #"date "2026-02-28T00:00:00.000Z""#),
            ("BUCKET(17, 5)", "double 15.0"), ("BUCKET(17.0, 10, 0, 100)", "double 10.0"),
            ("CIDR_MATCH(\"10.1.2.3\", \"192.168.0.0/16\", \"10.0.0.0/8\")", "boolean true"),
            ("CIDR_MATCH(\"x\", \"10.0.0.0/8\")", "null null"),
            ("IP_PREFIX(\"10.1.2.3\", 16, 64)", #"keyword "10.1.0.0""#),
            ("CASE(false, 1, true, 2, 3)", "long 2"), ("CASE(null, 1)", "null null"),
            ("COALESCE(null, \"a\")", #"keyword "a""#),
            ("\"b\" IN (\"a\", \"b\")", "boolean true"), ("5 IN (1, 2.0, \"5\")", "boolean true"),
            ("5 IN (1, null)", "null null"), ("NOT (5 IN (1, 2))", "boolean true"), ("\"x\" == 5", "boolean false"),
            ("\"abc\" LIKE \"a?c\"", "boolean true"), ("\"abc\" LIKE (\"x*\", \"a*\")", "boolean true"),
            ("\"abc\" NOT RLIKE \"a.*\"", "boolean false"), ("\"a*c\" LIKE \"a\\\\*c\"", "boolean true"),
            ("null IS NULL", "boolean true"), ("(1 > 2) OR null", "null null"), ("NOT null", "null null"),
        ])
    func functions(expression: String, expected: String) throws {
        #expect(try Self.answer("ROW x = \(expression)") == expected)
    }

    @Test(
        "of several values give what Elasticsearch gives",
        arguments: [
            ("MV_COUNT(a)", "long 3"), ("MV_CONCAT(a, \"-\")", #"keyword "3-1-3""#), ("MV_DEDUPE(a)", "long [3,1]"),
            ("MV_FIRST(a)", "long 3"), ("MV_LAST(MV_SORT(a))", "long 3"), ("MV_MIN(a)", "long 1"),
            ("MV_MAX(a)", "long 3"),
            ("MV_SUM(a)", "long 7"), ("MV_AVG(a) > 2.3", "boolean true"), ("MV_MEDIAN(a)", "long 3"),
            ("MV_MEDIAN(MV_DEDUPE(a))", "long 2"), ("MV_SORT(a, \"DESC\")", "long [3,3,1]"),
            ("MV_SLICE(a, 1)", "long 1"),
            ("MV_SLICE(a, -2, -1)", "long [1,3]"), ("MV_SLICE(a, 5, 9)", "null null"),
            ("MV_APPEND(a, 9)", "long [3,1,3,9]"),
            ("MV_ZIP(a, MV_SLICE(a, 0, 1), \":\")", #"keyword ["3:3","1:1","3"]"#),
            ("MV_CONTAINS(a, 1)", "boolean true"),
            ("MV_CONTAINS(a, 2)", "boolean false"), ("a == 3", "null null"), ("a != 5", "null null"),
            ("a + 1", "null null"),
            ("TO_STRING(a) LIKE \"3\"", "null null"), ("TO_STRING(a)", #"keyword ["3","1","3"]"#),
            ("a IN (1)", "null null"),
        ])
    func lists(expression: String, expected: String) throws {
        let query = "ROW a = TO_LONG(SPLIT(\"3 1 3\", \" \")) | EVAL x = \(expression) | KEEP x"
        #expect(try Self.answer(query) == expected)
    }

    @Test("take values that stand beside the query, by name and by place")
    func parameters() throws {
        #expect(try Self.answer("ROW a = ?low + ?1, b = ?2", #"[{"low":4},{"x":"y"}]"#) == #"long keyword 8 "y""#)
        #expect(
            try Self.answer("ROW a = ?, b = ?, c = ? IN (?, 3)", "[1, 2.5, 3, 4]") == "long double boolean 1 2.5 true"
        )
    }

    @Test(
        "what is written and cannot be right is refused with its place",
        arguments: [
            (
                "ROW a = DATE_EXTRACT(\"fortnight\", NOW())", 22,
                "expected a part of a date: aligned_day_of_week_in_month"
            ),
            ("ROW a = DATE_TRUNC(5, NOW())", 20, "expected a length of time above 0"),
            ("ROW a = DATE_TRUNC(\"5 fortnights\", NOW())", 20, "expected a length of time above 0"),
            ("ROW a = DATE_DIFF(\"eon\", NOW(), NOW())", 19, "expected a unit: year, quarter"),
            ("ROW a = DATE_FORMAT(\"bbb\", NOW())", 21, "expected a pattern of a date"),
            ("ROW a = REPLACE(\"a\", \"(\", \"b\")", 22, "expected a regular expression"),
            ("ROW a = CIDR_MATCH(\"1.2.3.4\", \"10.0.0.0/99\")", 31, "expected a network as 10.0.0.0/8"),
            ("ROW a = BUCKET(5, 0)", 19, "expected a width"), ("ROW a = BUCKET(5, -0.5)", 19, "expected a width"),
            ("ROW a = BUCKET(NOW(), -1 hour)", 23, "expected a width"),
            ("ROW a = BUCKET(5, 1, 2)", 16, "BUCKET takes 2 or 4"),
            ("ROW a = MV_SORT(5, \"up\")", 20, "expected \"asc\" or \"desc\""),
            ("ROW a = ?x", 9, "Unknown query parameter [x]"),
            ("ROW a = ?1", 9, "Unknown query parameter [1]"), ("ROW a = 1::point", 12, "expected boolean, datetime"),
            ("ROW a = ST_DISTANCE(1, 2)", 9, "Unknown function [st_distance]"),
            ("ROW a = LENGTH()", 9, "LENGTH takes 1"),
            ("ROW a = 1 | STATS TOP(a, 0)", 26, "expected a whole number from 1"),
            ("ROW a = 1 | STATS PERCENTILE(a, 101)", 33, "expected a number from 0 to 100"),
            ("ROW a = 1 | MV_EXPAND b", 23, "Unknown column [b]"),
            ("FROM * METADATA _source", 17, "unknown metadata [_source]"),
            ("ROW a = 1 | WHERE a : \"1\"", 19, "searching stands before STATS"),
            ("ROW a = \"x\" LIKE 5", 18, "expected a pattern"),
        ])
    func refused(query: String, column: Int, message: String) {
        let error = #expect(throws: LogQueryError.self) { try Self.answer(query) }
        #expect(
            error?.place == LogQueryError.Place(line: 1, column: column),
            "\(error.map(String.init(describing:)) ?? "")")
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("what is as deep as it has operators is bounded")
    func chains() throws {
        func code(_ expression: String) -> LogQueryError.Code? {
            do { _ = try Self.answer("ROW a = \(expression) | KEEP a") } catch {
                return (error as? LogQueryError)?.code
            }
            return nil
        }
        for (part, operation) in [("1", "+"), ("1", "*"), ("1", "::long")] {
            let many = (0..<20_000).map { _ in operation == "::long" ? operation : operation + part }.joined()
            #expect(code(part + many) == .tooLarge)
            #expect(code(part + String(many.prefix(200))) == nil || operation == "::long")
        }
        // Alternatives are not deep.
        #expect(
            try Self.answer("ROW a = " + Array(repeating: "1 == 2", count: 3000).joined(separator: " OR "))
                == "boolean false")
        #expect(code(Array(repeating: "1 == 2", count: 20_001).joined(separator: " AND ")) == .tooLarge)
    }
}
