import Testing

@testable import Logs

@Suite("Lucene's query strings")
struct LuceneParserTests {
    @Test(
        "a query means what query_string means by it",
        arguments: [
            ("", "nothing"),
            ("*", "all"),
            ("*:*", "all"),
            ("error", "_=‘error’"),
            ("new york city", "_=‘new york city’"),
            ("status:active", "status=‘active’"),
            ("title:(quick OR brown)", "(title=‘quick’ | title=‘brown’)"),
            ("title:(quick brown)", "title=‘quick brown’"),
            ("author:\"John Smith\"", "author=\"‘John Smith’\""),
            ("\"fox quick\"~5", "_=\"‘fox quick’\"~5"),
            ("f:\"a b\"^2~3", "f=\"‘a b’\"~3"),
            ("first\\ name:Alice", "first name=‘Alice’"),
            ("book.\\*:(quick OR brown)", "(‹book.*›=‘quick’ | ‹book.*›=‘brown’)"),
            ("book.*:x", "‹book.*›=‘x’"),
            ("_exists_:title", "title:exists"),
            ("NOT _exists_:title", "!title:exists"),
            ("title:*", "title:exists"),
            ("*:x", "_=‘x’"),
            ("qu?ck bro*", "(_~qu?ck | _^=bro)"),
            ("*ing", "_~*ing"),
            ("f:w\\*l?d*", "f~w\\*l?d*"),
            ("f:w\\*l*", "f^=w*l"),
            ("name:/joh?n(ath[oa]n)/", "name/joh?n(?:ath[oa]n)/"),
            ("/a\\/b/", "_/a/b/"),
            ("quikc~ brwn~1 ab~ x~0.5", "(_~1quikc | _~1brwn | _=‘ab’ | _=‘x’)"),
            ("foxes~", "_~1foxes"),
            ("jumping~", "_~2jumping"),
            ("date:[2026-01-01 TO 2026-12-31]", "date[@2026-01-01T00:00:00.000 TO @2026-12-31T23:59:59.999999999]"),
            ("count:[1 TO 5]", "count[#1 TO #5]"),
            ("tag:{alpha TO omega}", "tag{‘alpha’ TO ‘omega’}"),
            ("count:[10 TO *]", "count[#10 TO *]"),
            ("date:{* TO 2026-01-01}", "date[* TO @2026-01-01T00:00:00.000}"),
            ("count:[1 TO 5}", "count[#1 TO #5}"),
            ("count:{1 TO 5]", "count{#1 TO #5]"),
            ("count:[1 5]", "count[#1 TO #5]"),
            ("f:[\"a b\" TO \"c \\\" d\"]", "f[‘a b’ TO ‘c \" d’]"),
            ("age:>10 age:>=10 age:<10 age:<=10", "(age{#10 TO *] | age[#10 TO *] | age[* TO #10} | age[* TO #10])"),
            ("age:(>=10 AND <20)", "(age[#10 TO *] & age[* TO #20})"),
            ("age:(+>=10 +<20)", "(age[#10 TO *] & age[* TO #20})"),
            ("quick^2 fox", "(_=‘quick’ | _=‘fox’)"),
            ("(a b)^4 c", "(_=‘a b’ | _=‘c’)"),
            ("@timestamp:[now-1h/d TO now]", "@timestamp[@2026-11-26T00:00:00.000 TO @2026-11-26T14:05:09.123]"),
            ("@timestamp:[2026-11-26||-1M/M TO *]", "@timestamp[@2026-10-01T00:00:00.000 TO *]"),
            ("@timestamp:2026-11", "@timestamp[@2026-11-01T00:00:00.000 TO @2026-11-01T23:59:59.999999999]"),
            (
                "@timestamp:\"2026-11-26T14:00:00Z\"",
                "@timestamp[@2026-11-26T14:00:00.000 TO @2026-11-26T14:00:00.999999999]"
            ),
            ("f:\\(1\\+1\\)\\:2", "f=‘(1+1):2’"),
            ("f:\\u0041b", "f=‘Ab’"),
            ("f:a-b+c", "f=‘a-b+c’"),
            ("f:a=b&c|d<e", "f=‘a=b&c|d<e’"),
            ("a - b", "(_=‘a’ | _=‘-’ | _=‘b’)"),
            ("a&&b", "_=‘a&&b’"),
            ("a\u{3000}b", "_=‘a\u{3000}b’"),
            ("TO", "_=‘TO’"),
        ])
    func meaning(_ query: String, _ expected: String) throws {
        #expect(FilterNotation.text(try LuceneParser.filter(query, LuceneOptions(), QueryClock.context)) == expected)
    }

    @Test(
        "AND, OR and NOT bind as in Lucene, not as in logic",
        arguments: [
            ("a:1 AND b:2", "(a=‘1’ & b=‘2’)", "(a=‘1’ & b=‘2’)"),
            ("a:1 OR b:2", "(a=‘1’ | b=‘2’)", "(a=‘1’ | b=‘2’)"),
            ("a:1 b:2", "(a=‘1’ | b=‘2’)", "(a=‘1’ & b=‘2’)"),
            ("a:1 AND b:2 OR c:3", "(a=‘1’ & b=‘2’)", "a=‘1’"),
            ("a:1 OR b:2 AND c:3", "(b=‘2’ & c=‘3’)", "(b=‘2’ & c=‘3’)"),
            ("(a:1 AND b:2) OR c:3", "((a=‘1’ & b=‘2’) | c=‘3’)", "((a=‘1’ & b=‘2’) | c=‘3’)"),
            ("a:1 AND NOT b:2", "(a=‘1’ & !b=‘2’)", "(a=‘1’ & !b=‘2’)"),
            ("NOT a:1 OR b:2", "(b=‘2’ & !a=‘1’)", "(b=‘2’ & !a=‘1’)"),
            ("+a:1 b:2", "a=‘1’", "(a=‘1’ & b=‘2’)"),
            ("a:1 +b:2 -c:3", "(b=‘2’ & !c=‘3’)", "(a=‘1’ & b=‘2’ & !c=‘3’)"),
            ("-a:1", "!a=‘1’", "!a=‘1’"),
            ("-a:1 -b:2", "(!a=‘1’ & !b=‘2’)", "(!a=‘1’ & !b=‘2’)"),
            ("a:1 && !b:2 || c:3", "(a=‘1’ & !b=‘2’)", "(a=‘1’ & !b=‘2’)"),
            ("a:1 AND (NOT b:2)", "(a=‘1’ & !b=‘2’)", "(a=‘1’ & !b=‘2’)"),
            ("x y AND z:1", "(_=‘y’ & z=‘1’)", "(_=all‘x’ & _=all‘y’ & z=‘1’)"),
            ("x y z:1", "(_=‘x y’ | z=‘1’)", "(_=all‘x y’ & z=‘1’)"),
        ])
    func precedence(_ query: String, _ byOr: String, _ byAnd: String) throws {
        var options = LuceneOptions()
        #expect(FilterNotation.text(try LuceneParser.filter(query, options, QueryClock.context)) == byOr)
        options.joinsByAnd = true
        let text = FilterNotation.text(try LuceneParser.filter(query, options, QueryClock.context))
        #expect(
            text.replacing("all‘1’", with: "‘1’").replacing("all‘2’", with: "‘2’")
                .replacing("all‘3’", with: "‘3’") == byAnd)
    }

    @Test(
        "an error says where it is and what would be right",
        arguments: [
            ("a:(b", "line 1, column 5: expected \")\" for the one opened at line 1, column 3"),
            ("a b)", "line 1, column 4: expected a term"),
            ("\"abc", "line 1, column 1: expected a closing \"\\\"\""),
            ("a AND", "line 1, column 6: expected a term, a phrase, a range or a group but found the end"),
            ("AND a", "line 1, column 1: expected a term"),
            ("a:b:c", "line 1, column 4: expected a term"),
            ("path:/api", "line 1, column 6: expected a closing \"/\""),
            ("a:[1 TO", "line 1, column 8: expected \"]\" or \"}\" behind the range's upper end but found the end"),
            ("a:[1", "line 1, column 5: expected an end of the range but found the end"),
            ("a:[1 TO 5", "line 1, column 10: expected \"]\" or \"}\""),
            ("a]", "line 1, column 2: \"]\" closes no range"),
            ("a:>= 5", "line 1, column 3: expected a value right behind \">=\""),
            ("a^x", "line 1, column 2: expected a number behind \"^\""),
            ("a\\", "line 1, column 2: a backslash at the end"),
            ("C:\\users", "line 1, column 3: expected four hexadecimal digits"),
            ("f:/a(b/", "line 1, column 3: cannot read the regular expression /a(b/: a \"(\" without its \")\""),
            ("f:/~a/", "line 1, column 3: cannot read the regular expression /~a/: complement"),
            ("@timestamp:[yesterday TO now]", "line 1, column 12: failed to parse date field [yesterday]"),
            ("()", "line 1, column 2: expected a term"),
            ("a:1\nAND b:(", "line 2, column 8: expected a term"),
        ])
    func errors(_ query: String, _ expected: String) throws {
        let error = #expect(throws: LogQueryError.self) {
            try LuceneParser.filter(query, LuceneOptions(), QueryClock.context)
        }
        #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
    }

    @Test(
        "Lucene's regular expressions mean the same in RE2",
        arguments: [
            ("ab{2,3}c|d", "ab{2,3}c|d"), ("a.c", "a.c"), ("^a$", "\\^a\\$"), ("@", ".*"), ("\"a.*b\"", "a\\.\\*b"),
            ("<1-3>", "(?:1|2|3)"), ("<08-10>", "(?:08|09|10)"), ("[^a-c\\]]x", "[^a-c\\]]x"),
            ("\\d+\\.\\w", "\\d+\\.\\w"),
            ("()", "(?:)"), ("a\\~b", "a~b"),
        ])
    func expressions(_ source: String, _ expected: String) throws {
        #expect(try LuceneExpression.translated(source) == expected)
    }

    @Test("10 000 clauses are read; more than the limit, or too deep, is refused in words")
    func limits() throws {
        let many = (0..<10_000).map { "a:v\($0)" }.joined(separator: " OR ")
        guard case .or(let parts) = try LuceneParser.filter(many, LuceneOptions(), QueryClock.context) else {
            Issue.record("no alternatives")
            return
        }
        #expect(parts.count == 10_000)
        for query in [
            (0..<20_001).map { "a:v\($0)" }.joined(separator: " OR "), String(repeating: "(", count: 200) + "a",
        ] {
            let error = #expect(throws: LogQueryError.self) {
                try LuceneParser.filter(query, LuceneOptions(), QueryClock.context)
            }
            #expect(error?.code == .tooLarge)
        }
    }
}
