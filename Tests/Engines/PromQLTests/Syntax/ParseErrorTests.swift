import Testing

@testable import PromQL

@Suite("PromQL parse errors")
struct ParseErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var query: String
        var message: String
        init(_ query: String, _ message: String) {
            self.query = query
            self.message = message
        }
        var testDescription: String { query }
    }

    private func message(_ query: String, _ options: ParserOptions = .everything) -> String? {
        do throws(QueryError) {
            _ = try PromQLParser.parse(query, options: options)
            return nil
        } catch {
            #expect(error.code == .parse)
            return error.message
        }
    }

    private static let syntax: [Case] = [
        Case("", "unknown position: parse error: no expression found in input"),
        Case("# just a comment\n\n", "1:1: parse error: no expression found in input"),
        Case("1+", "1:3: parse error: unexpected end of input"),
        Case(".", "1:1: parse error: unexpected character: '.'"),
        Case("2.5.", "1:1: parse error: bad number or duration syntax: \"2.5.\""),
        Case("100..4", "1:1: parse error: bad number or duration syntax: \"100..\""),
        Case("0deadbeef", "1:1: parse error: bad number or duration syntax: \"0de\""),
        Case("1 /", "1:4: parse error: unexpected end of input"),
        Case("*1", "1:1: parse error: unexpected <op:*>"),
        Case("(1))", "1:5: parse error: unexpected right parenthesis ')'"),
        Case("((1)", "1:5: parse error: unclosed left parenthesis"),
        Case("(", "1:2: parse error: unclosed left parenthesis"),
        Case("sum(rate(", "1:10: parse error: unclosed left parenthesis"),
        Case("1 !~ 1", "1:3: parse error: unexpected character after '!': '~'"),
        Case("1 =~ 1", "1:3: parse error: unexpected character after '=': '~'"),
        Case("@@", "1:1: parse error: unexpected <op:@>"),
        Case("a - on(b) ignoring(c) d", "1:11: parse error: unexpected <ignoring>"),
        Case("-=", "1:2: parse error: unexpected \"=\""),
        Case("++-++-+-+-<", "1:11: parse error: unexpected <op:<>"),
        Case("e-+=/(0)", "1:4: parse error: unexpected \"=\""),
        Case("a>b()", "1:3: parse error: unknown function with name \"b\""),
        Case("foo bar", "1:5: parse error: unexpected identifier \"bar\""),
        Case("foo\n  # why\n  ^ ^", "3:5: parse error: unexpected <op:^>"),
        Case("foo \"a string that is long\"", "1:5: parse error: unexpected string \"\\\"a string \"..."),
        Case("foo 5m", "1:5: parse error: unexpected duration \"5m\""),
        Case("é", "1:1: parse error: unexpected character: 'é'"),
        Case("foo{é=\"a\"}", "1:5: parse error: unexpected character inside braces: 'é'"),
        Case("a ]", "1:3: parse error: unexpected right bracket ']'"),
        Case(
            "1e400",
            "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e400\": value out of range"),
        Case("0x", "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0x\": invalid syntax"),
    ]

    private static let selectors: [Case] = [
        Case("{", "1:2: parse error: unexpected end of input inside braces"),
        Case("}", "1:1: parse error: unexpected character: '}'"),
        Case("some{", "1:6: parse error: unexpected end of input inside braces"),
        Case("some}", "1:5: parse error: unexpected character: '}'"),
        Case("some_metric{a=b}", "1:15: parse error: unexpected identifier \"b\" in label matching, expected string"),
        Case("some_metric{a:b=\"b\"}", "1:14: parse error: unexpected character inside braces: ':'"),
        Case("foo{a*\"b\"}", "1:6: parse error: unexpected character inside braces: '*'"),
        Case("foo{a>=\"b\"}", "1:6: parse error: unexpected character inside braces: '>'"),
        Case("some_metric{a=\"\u{fffd}\"}", "1:15: parse error: invalid UTF-8 rune"),
        Case(
            "foo{gibberish}",
            "1:14: parse error: unexpected \"}\" in label matching, expected label matching operator"),
        Case("foo{1}", "1:5: parse error: unexpected character inside braces: '1'"),
        Case("foo{{", "1:5: parse error: unexpected left brace '{'"),
        Case("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        Case("{x=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        Case("{x=~\".*\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        Case("{x!~\".+\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        Case("{x!=\"a\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
        Case("foo{__name__=\"bar\"}", "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\""),
        Case("foo{__name__= =}", "1:15: parse error: unexpected \"=\" in label matching, expected string"),
        Case("foo{,}", "1:5: parse error: unexpected \",\" in label matching, expected identifier or \"}\""),
        Case("foo{__name__ == \"bar\"}", "1:15: parse error: unexpected \"=\" in label matching, expected string"),
        Case(
            "foo{__name__=\"bar\" lol}",
            "1:20: parse error: unexpected identifier \"lol\" in label matching, expected \",\" or \"}\""),
        Case("foo{\"a\"=}", "1:9: parse error: unexpected \"}\" in label matching, expected string"),
        Case(
            "foo{a=~\"(\"}",
            "1:5: parse error: error parsing regexp: missing closing ): `(`"),
        Case(
            "foo{a=~\"*\"}",
            "1:5: parse error: error parsing regexp: missing argument to repetition operator: `*`"),
    ]

    private static let ranges: [Case] = [
        Case("foo[5mm]", "1:5: parse error: bad number or duration syntax: \"5mm\""),
        Case("foo[5m1]", "1:5: parse error: bad number or duration syntax: \"5m1\""),
        Case("foo[5m:1m1]", "1:8: parse error: bad number or duration syntax: \"1m1\""),
        Case("foo[5y1hs]", "1:5: parse error: unknown unit \"hs\" in duration \"5y1hs\""),
        Case("foo[5m1h]", "1:5: parse error: not a valid duration string: \"5m1h\""),
        Case("foo[5m1m]", "1:5: parse error: not a valid duration string: \"5m1m\""),
        Case("foo[300y]", "1:5: parse error: duration out of range"),
        Case("foo[0m]", "1:5: parse error: duration must be greater than 0"),
        Case("foo[-1]", "1:5: parse error: duration must be greater than 0"),
        Case("foo[5m:0s]", "1:8: parse error: duration must be greater than 0"),
        Case("foo[9.5e10]", "1:5: parse error: duration out of range"),
        Case("foo[\"5m\"]", "1:5: parse error: unexpected character in duration expression: '\"'"),
        Case(
            "foo[]",
            "1:5: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"
        ),
        Case("foo[", "1:5: parse error: unexpected end of input in duration expression"),
        Case("foo[5m", "1:7: parse error: unclosed left bracket"),
        Case("foo[:5m]", "1:6: parse error: unexpected colon before duration in duration expression"),
        Case("foo[5m:1m:", "1:10: parse error: unexpected colon ':'"),
        Case("foo[5m[", "1:7: parse error: unexpected left bracket '['"),
        Case("foo[5s x 5s]", "1:8: parse error: unexpected character: 'x', expected ':'"),
        Case("foo[5s s 5s]", "1:8: parse error: unexpected character: 's', expected ':'"),
        Case("foo[5m 3]", "1:8: parse error: unexpected number \"3\" in subquery or range, expected \":\" or \"]\""),
        Case("foo[5m:1m 3]", "1:11: parse error: unexpected number \"3\" in subquery selector, expected \"]\""),
        Case(
            "foo[step]",
            "1:9: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"
        ),
        Case("foo[step()/0d]", "1:11: parse error: division by zero"),
        Case("foo[5s%0d]", "1:7: parse error: modulo by zero"),
        Case("foo offset (4d/0)", "1:15: parse error: division by zero"),
        Case("foo offset 9.5e10", "1:12: parse error: duration out of range"),
        Case("some_metric OFFSET 1m[5m]", "1:22: parse error: no offset modifiers allowed before range"),
        Case("some_metric offset step()[5m]", "1:26: parse error: no offset modifiers allowed before range"),
        Case("some_metric @ 1234 [5m]", "1:20: parse error: no @ modifiers allowed before range"),
        Case("some_metric @ start() [5m]", "1:23: parse error: no @ modifiers allowed before range"),
        Case("(foo + bar)[5m]", "1:12: parse error: ranges only allowed for vector selectors"),
        Case("1[5m] smoothed", "1:2: parse error: ranges only allowed for vector selectors"),
        Case("foo[5m][5m:1m]", "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"),
        Case("\"a\"[5m:]", "1:1: parse error: subquery is only allowed on instant vector, got string instead"),
    ]

    private static let modifiers: [Case] = [
        Case(
            "some_metric[5m] OFFSET",
            "1:23: parse error: unexpected end of input in offset, expected number, duration, step(), or range()"),
        Case("some_metric[5m] OFFSET 1mm", "1:24: parse error: bad number or duration syntax: \"1mm\""),
        Case("foo offset 1s offset 2s", "1:1: parse error: offset may not be set multiple times"),
        Case(
            "1 offset 1d",
            "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"
        ),
        Case("some_metric[5m] @", "1:18: parse error: unexpected end of input in @, expected timestamp"),
        Case("foo @ +Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"),
        Case("foo @ NaN", "1:1: parse error: timestamp out of bounds for @ modifier: NaN"),
        Case(
            "foo @ 9223372036854775808",
            "1:1: parse error: timestamp out of bounds for @ modifier: 9223372036854775808.000000"),
        Case("foo @ 5 @ 6", "1:1: parse error: @ <timestamp> may not be set multiple times"),
        Case("foo @ start(1)", "1:13: parse error: unexpected number \"1\" in @, expected timestamp"),
        Case(
            "rate(some_metric[5m]) @ 1234",
            "1:1: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery"
        ),
        Case("foo anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together"),
        Case("foo[5m:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries"),
    ]

    private static let aggregations: [Case] = [
        Case(
            "sum without(==)(some_metric)", "1:13: parse error: unexpected <op:==> in grouping opts, expected label"),
        Case("sum without(,)(some_metric)", "1:13: parse error: unexpected \",\" in grouping opts, expected label"),
        Case(
            "sum without(foo,,)(some_metric)", "1:17: parse error: unexpected \",\" in grouping opts, expected label"),
        Case("sum by (\"foo)(some_metric{})", "1:9: parse error: unterminated quoted string"),
        Case("sum by (\"\") (foo)", "1:9: parse error: invalid label name for grouping: \"\""),
        Case("sum some_metric by (test)", "1:5: parse error: unexpected identifier \"some_metric\""),
        Case(
            "sum (some_metric) by test",
            "1:22: parse error: unexpected identifier \"test\" in grouping opts, expected \"(\""),
        Case("sum () by (test)", "1:1: parse error: no arguments for aggregate expression provided"),
        Case("MIN keep_common (some_metric)", "1:5: parse error: unexpected identifier \"keep_common\""),
        Case("MIN (some_metric) keep_common", "1:19: parse error: unexpected identifier \"keep_common\""),
        Case("sum (some_metric) without (test) by (test)", "1:34: parse error: unexpected <by>"),
        Case("sum without (test) (some_metric) by (test)", "1:34: parse error: unexpected <by>"),
        Case(
            "topk(some_metric)",
            "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"),
        Case("topk(some_metric,)", "1:17: parse error: trailing commas not allowed in function call args"),
        Case(
            "topk(some_metric, other_metric)",
            "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"),
        Case(
            "count_values(5, other_metric)",
            "1:14: parse error: expected type string in aggregation parameter, got scalar"),
        Case(
            "sum(foo[5m])",
            "1:5: parse error: expected type instant vector in aggregation expression, got range vector"),
        Case("sum(foo bar)", "1:9: parse error: unexpected identifier \"bar\" in aggregation"),
    ]

    private static let types: [Case] = [
        Case("1 and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
        Case("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
        Case("foo + bool bar", "1:5: parse error: bool modifier can only be used on comparison operators"),
        Case("foo + bool 10", "1:5: parse error: bool modifier can only be used on comparison operators"),
        Case(
            "foo + on(foo) group_left(foo) bar",
            "1:5: parse error: label \"foo\" must not occur in ON and GROUP clause at once"),
        Case("foo + on(bar) 10", "1:1: parse error: vector matching only allowed between instant vectors"),
        Case("foo and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
        Case("foo or on(bar) group_left(baz) bar", "1:1: parse error: no grouping allowed for \"or\" operation"),
        Case(
            "foo + bar[5m]",
            "1:7: parse error: binary expression must contain only scalar and instant vector types"),
        Case(
            "-\"string\"",
            "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\""
        ),
        Case(
            "-test[5m]",
            "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\""
        ),
        Case("floor()", "1:1: parse error: expected 1 argument(s) in call to \"floor\", got 0"),
        Case("floor(some_metric, 1)", "1:1: parse error: expected 1 argument(s) in call to \"floor\", got 2"),
        Case("floor(1)", "1:7: parse error: expected type instant vector in call to function \"floor\", got scalar"),
        Case("hour(a, b, c)", "1:1: parse error: expected at most 1 argument(s) in call to \"hour\", got 3"),
        Case(
            "label_join(a, \"b\")",
            "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2"),
        Case("time(some_metric)", "1:1: parse error: expected 0 argument(s) in call to \"time\", got 1"),
        Case("non_existent()", "1:1: parse error: unknown function with name \"non_existent\""),
        Case("Rate(foo[5m])", "1:1: parse error: unknown function with name \"Rate\""),
        Case(
            "rate(some_metric)",
            "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"),
        Case("info(foo, bar)", "1:11: parse error: expected label selectors only, got vector selector instead"),
    ]

    private static let strings: [Case] = [
        Case("`\\``", "1:4: parse error: unterminated raw string"),
        Case("\"\\", "1:1: parse error: escape sequence not terminated"),
        Case("\"\\c\"", "1:1: parse error: unknown escape sequence U+0063 'c'"),
        Case("\"\\x.\"", "1:1: parse error: illegal character U+002E '.' in escape sequence"),
        Case("\"\\ud800\"", "1:1: parse error: escape sequence is an invalid Unicode code point"),
        Case("\"two\nlines\"", "1:1: parse error: unterminated quoted string"),
    ]

    @Test(
        "the first thing wrong is named with its place, in Prometheus' words",
        arguments: syntax + selectors + ranges + modifiers + aggregations + types + strings)
    func wording(_ wrong: Case) {
        #expect(message(wrong.query) == wrong.message)
    }

    @Test(
        "what is experimental is refused unless switched on",
        arguments: [
            Case("mad_over_time(foo[5m])", "1:1: parse error: function \"mad_over_time\" is not enabled"),
            Case(
                "limitk(2, foo)",
                "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions"
            ),
            Case("foo anchored", "1:1: parse error: anchored modifier is experimental and not enabled"),
            Case("foo[5m] smoothed", "1:1: parse error: smoothed modifier is experimental and not enabled"),
            Case("foo + fill(0) bar", "1:1: parse error: binop fill modifiers are experimental and not enabled"),
            Case("foo[5m*2]", "1:5: parse error: experimental duration expression is not enabled"),
            Case("foo[(5m)]", "1:6: parse error: experimental duration expression is not enabled"),
        ])
    func experimental(_ wrong: Case) throws {
        #expect(message(wrong.query, ParserOptions(durationExpressions: false)) == wrong.message)
        #expect(message(wrong.query) == nil)
    }

    @Test("a selector of match[] must rule something out, and be no more than a selector")
    func matchParameter() throws {
        #expect(try PromQLParser.parseSelectors(["up{job=\"a\"}", "{a!=\"\"}"]).count == 2)
        #expect(try PromQLParser.parseSelector("{}").isEmpty)
        #expect(throws: QueryError(.parse, "match[] must contain at least one non-empty matcher")) {
            try PromQLParser.parseSelectors(["{a=~\".*\"}"])
        }
        #expect(throws: QueryError(.parse, "1:4: parse error: unexpected <offset>")) {
            try PromQLParser.parseSelector("up offset 5m")
        }
        #expect(throws: QueryError(.parse, "unknown position: parse error: unexpected end of input")) {
            try PromQLParser.parseSelector("")
        }
    }
}
