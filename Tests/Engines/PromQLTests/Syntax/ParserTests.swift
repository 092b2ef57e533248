import Basics
import SignalModel
import Testing

@testable import PromQL

@Suite("PromQL parser")
struct ParserTests {
    private func parse(_ text: String) throws -> Expression { try PromQLParser.parse(text, options: .everything) }

    private func number(_ text: String) throws -> Double? {
        guard case .number(let literal) = try parse(text) else { return nil }
        return literal.value
    }

    @Test(
        "numbers are read as Go reads them",
        arguments: [
            ("1", 1), ("+Inf", .infinity), ("-iNf", -.infinity), (".5", 0.5), ("5.", 5), ("123.4567", 123.4567),
            ("5e-3", 0.005), ("5E3", 5000), ("0xc", 12), ("0x_1F", 31), ("0755", 493), ("08", 8), ("-0755", -493),
            ("+5.5e-3", 0.0055), ("1_000", 1000), ("00.5", 0.5), ("1_000.5", 1000.5), ("010", 8), ("5m", 300),
            ("1h30m", 5400), ("-1d", -86_400), ("4s180ms", 4.18), ("9223372036854775808", 9_223_372_036_854_775_808),
        ] as [(String, Double)])
    func numbers(text: String, value: Double) throws {
        #expect(try number(text) == value)
    }

    @Test("NaN has any case and equals itself as a literal")
    func notANumber() throws {
        #expect(try #require(try number("nAn")).isNaN)
        #expect(try parse("NaN") == parse("nan"))
        #expect(try parse("-0") != parse("0 "))
    }

    @Test(
        "strings keep Go's escapes",
        arguments: [
            (#""a \" b""#, "a \" b"), (#"'a \' b'"#, "a ' b"), ("`a \\n \" b`", "a \\n \" b"),
            (#""\a\b\f\n\r\t\v\\""#, "\u{7}\u{8}\u{c}\n\r\t\u{b}\\"),
            (#""\x41\102\u1234\U00010111☺""#, "AB\u{1234}\u{10111}☺"),
            (#""\xe2\x98\xba""#, "☺"), ("\"\"", ""),
        ])
    func strings(text: String, value: String) throws {
        guard case .string(let literal) = try parse(text) else {
            Issue.record("no string literal")
            return
        }
        #expect(literal.value == value)
    }

    /// Binary operators and signs in full parentheses.
    private func grouped(_ expression: Expression) -> String {
        switch expression {
        case .binary(let node): "(\(grouped(node.left)) \(node.operatorText) \(grouped(node.right)))"
        case .unary(let node): "(\(node.operation.rawValue)\(grouped(node.operand)))"
        default: expression.description
        }
    }

    @Test(
        "operators bind as in Prometheus",
        arguments: [
            ("1 + 2/(3*1)", "(1 + (2 / (3 * 1)))"),
            ("-1^2", "(-(1 ^ 2))"),
            ("-1*2", "(-1 * 2)"),
            ("-1^-2", "(-(1 ^ -2))"),
            ("2^3^2", "(2 ^ (3 ^ 2))"),
            ("2^-3^2", "(2 ^ (-(3 ^ 2)))"),
            ("2^-3*4", "((2 ^ -3) * 4)"),
            ("-a^2*b", "((-(a ^ 2)) * b)"),
            ("+1 + -2 * 1", "(1 + (-2 * 1))"),
            ("1 - 2 - 3", "((1 - 2) - 3)"),
            ("a % b atan2 c", "((a % b) atan2 c)"),
            ("1 < bool 2 - 1 * 2", "(1 < bool (2 - (1 * 2)))"),
            ("foo + bar or bla and blub", "((foo + bar) or (bla and blub))"),
            ("foo and bar unless baz or qux", "(((foo and bar) unless baz) or qux)"),
            (
                "bar + on(foo) bla / on(baz, buz) group_right(test) blub",
                "(bar + on (foo) (bla / on (baz, buz) group_right (test) blub))"
            ),
            ("a > b < c", "((a > b) < c)"),
            ("a </ b + 1", "(a </ (b + 1))"),
            ("-foo[5m:1m] offset 1m", nil),
            ("-foo offset 5m", "(-foo offset 5m)"),
            ("a + b offset 5m", "(a + b offset 5m)"),
            ("foo offset 5s-8", "(foo offset 5s - 8)"),
            ("foo offset -1^1", "(foo offset -1s ^ 1)"),
            ("foo offset (5s-8)", "foo offset (5s - 8)"),
            ("foo offset -(1^2)", "foo offset -(1 ^ 2)"),
            ("foo offset -min_of(step(), 5s) + 1", "(foo offset -min_of(step(), 5s) + 1)"),
        ] as [(String, String?)])
    func precedence(text: String, tree: String?) throws {
        guard let tree else {
            #expect(throws: QueryError.self) { try parse(text) }
            return
        }
        #expect(grouped(try parse(text)) == tree)
    }

    @Test(
        "keywords name metrics and labels where no keyword can stand",
        arguments: [
            ("sum", "sum"), ("foo * sum", "foo * sum"), ("sum(sum)", "sum(sum)"), ("offset{step=\"1s\"}[5m]", nil),
            ("step{offset=\"1s\"}[5m]", nil), ("anchored{job=\"test\"}", nil), ("by + without", "by + without"),
            ("start + end", "start + end"), ("fill + fill_left", "fill + fill_left"), ("min_of", "min_of"),
            ("foo{on=\"a\",bool=\"b\"}", nil), ("SUM BY (And, by, OFFSET) (x)", "sum by (And, by, OFFSET) (x)"),
            ("a OR b UNLESS ON (c) d", "a or b unless on (c) d"), ("max[5m]", "max[5m]"), ("range", "range"),
        ] as [(String, String?)])
    func keywords(text: String, printed: String?) throws {
        let expected = printed ?? text.replacing("foo{on=\"a\",bool=\"b\"}", with: "foo{bool=\"b\",on=\"a\"}")
        #expect(try parse(text).description == expected)
    }

    @Test("a name may be any UTF-8 in quotes")
    func quotedNames() throws {
        guard case .vectorSelector(let selector) = try parse("{\"a.b\", 'l x'=`v`, c!~\"d|e\",}") else {
            Issue.record("no selector")
            return
        }
        #expect(selector.name == nil)
        #expect(
            selector.matchers == [
                try Matcher("__name__", .equal, "a.b"), try Matcher("l x", .equal, "v"),
                try Matcher("c", .notMatches, "d|e"),
            ])
        #expect(
            try parse("sum by (\"foo bar\", baz) ({\"some.metric\"})").description
                == "sum by (\"foo bar\", baz) ({__name__=\"some.metric\"})")
    }

    @Test("the name's matcher is the last")
    func nameMatcher() throws {
        guard case .vectorSelector(let selector) = try parse("foo:bar{a=\"bc\"}") else {
            Issue.record("no selector")
            return
        }
        #expect(selector.name == "foo:bar")
        #expect(selector.matchers.map(\.name) == ["a", "__name__"])
    }

    @Test("positions are those of Prometheus, in bytes")
    func positions() throws {
        func range(_ start: Int, _ end: Int) -> PositionRange { PositionRange(start: start, end: end) }
        #expect(try parse(" +some_metric").position == range(1, 13))
        #expect(try parse("test{a=\"b\"}[5y] OFFSET 3d").position == range(0, 25))
        #expect(try parse("foo @ -3.3e1 ").position == range(0, 12))
        #expect(try parse("sum (some_metric) without (foo)").position == range(0, 31))
        #expect(try parse("(sum(foo) )").position == range(0, 11))
        #expect(try parse("(sum(foo) )").children[0].position == range(1, 9))
        #expect(try parse("min_over_time(rate(foo{bar=\"baz\"}[2s])[5m:] offset 4m)[4m:3s]").position == range(0, 61))
        #expect(try parse("a{b=\"é\"} + c").children[1].position == range(12, 13))
    }

    @Test(
        "times behind @ are rounded to milliseconds",
        arguments: [
            ("foo @ 3.3335", 3334), ("foo @ .3", 300), ("foo @ 3e2", 300_000), ("foo @ 0xA", 10_000),
            ("foo @ -100", -100_000), ("foo[5m] @ 1m", 60_000), ("foo[5m:] @ 2.345", 2345),
        ] as [(String, Int64)])
    func at(text: String, milliseconds: Int64) throws {
        let modifiers: TimeModifiers? =
            switch try parse(text) {
            case .vectorSelector(let node): node.modifiers
            case .matrixSelector(let node): node.selector.modifiers
            case .subquery(let node): node.modifiers
            default: nil
            }
        #expect(modifiers?.at == .timestamp(Timestamp(milliseconds: milliseconds)))
    }

    @Test("matching modifiers reach the tree; set operators are many-to-many")
    func matching() throws {
        guard case .binary(let fill) = try parse("a == bool on (x) group_left (y) fill_left (-1) fill_right (2m) b"),
            case .binary(let set) = try parse("a and b"), case .binary(let scalar) = try parse("a + 1")
        else {
            Issue.record("no binary expressions")
            return
        }
        #expect(fill.returnsBool)
        #expect(fill.matching?.cardinality == .manyToOne)
        #expect(fill.matching?.include == ["y"])
        #expect(fill.matching?.fillLeft == -1)
        #expect(fill.matching?.fillRight == 120)
        #expect(set.matching?.cardinality == .manyToMany)
        #expect(scalar.matching == nil)
    }

    @Test("comments may stand between any two tokens")
    func comments() throws {
        let text = "sum by (a) # group\n(foo{# open\nb=\"#c\" # matcher\n}) # end"
        #expect(try parse(text).description == "sum by (a) (foo{b=\"#c\"})")
    }

    @Test("the table has every function once, with the experimental ones marked")
    func functions() {
        #expect(FunctionSignature.all.count == 90)
        #expect(FunctionSignature.all.filter(\.isExperimental).count == 17)
        #expect(FunctionSignature.named("rate")?.argumentTypes == [.matrix])
        #expect(FunctionSignature.named("holt_winters") == nil)
    }
}
