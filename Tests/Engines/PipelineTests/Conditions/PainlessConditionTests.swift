import Testing

@testable import Pipeline

struct PainlessConditionTests {
    private static let document = #"""
        {"message":"GET /x","n":5,"big":5000000000,"d":2.5,"ok":true,"nothing":null,"tags":["a","b"],"list":[1,2.5],
         "http":{"response":{"status_code":503},"method":"GET"},"empty":"","dotted.name":"v","host":{"name":"web-1"}}
        """#

    @Test(arguments: [
        "ctx.n == 5", "ctx.n == 5.0", "ctx.n != 6 && ctx.n >= 5 && ctx.n < 6", "ctx.ok", "!(ctx.n > 5)",
        "ctx.nothing == null", "ctx.missing == null", "ctx?.http?.response?.status_code >= 500",
        "ctx.missing?.deep == null", "ctx['dotted.name'] == 'v'", "ctx.containsKey('n') && !ctx.containsKey('x')",
        "ctx.containsKey('nothing')", "ctx.tags.contains('a')", "!ctx.tags.contains('c')", "ctx.list.contains(1)",
        "ctx.tags.size() == 2 && ctx.tags.length == 2", "ctx.tags[0] == 'a' && ctx.tags.get(1) == 'b'",
        "ctx.tags[-1] == 'b'", "['x','GET'].contains(ctx.http.method)", "ctx.message.startsWith('GET')",
        "ctx.message.endsWith('/x') && ctx.message.contains('T /')", "ctx.message.length() == 6",
        "ctx.message.substring(0, 3) == 'GET'", "ctx.message.toLowerCase() == 'get /x'",
        "ctx.message.splitOnToken(' ')[1] == '/x'", "ctx.message.indexOf('/') == 4",
        "ctx.empty.isEmpty()", "ctx.http.method.equalsIgnoreCase('get')", "ctx.message =~ /\\/x$/",
        "ctx.message ==~ /GET .*/", "!(ctx.message ==~ /GET/)", "ctx.message =~ /get/i",
        "/^GET/.matcher(ctx.message).find()", "ctx.n instanceof Integer && ctx.big instanceof Long",
        "ctx.d instanceof Double && ctx.n instanceof Number && ctx.tags instanceof List && ctx.http instanceof Map",
        "ctx.message instanceof String && !(ctx.nothing instanceof Object)", "(ctx.missing ?: 'y') == 'y'",
        "(ctx.n > 3 ? 'big' : 'small') == 'big'",
        "ctx.n + 1 == 6 && ctx.n * 2 - 1 == 9 && ctx.n / 2 == 2 && ctx.n % 2 == 1",
        "'a' + ctx.n == 'a5'", "-ctx.n == -5", "Integer.parseInt('12') == 12", "(int) ctx.d == 2",
        "(long) ctx.n == 5L", "ctx._index == 'logs-app-default' && ctx._id == '7'",
        "ctx._ingest.timestamp.startsWith('2026')", "$('host.name', '') == 'web-1' && $('host.x', 'none') == 'none'",
        "return ctx.n == 5;", "if (ctx.n == 5) { return true } return false",
        "if (ctx.n == 4) { return false; } else if (ctx.ok) { return true; } else { return false; }",
        "for (def tag : ctx.tags) { if (tag == 'b') return true; } return false;",
        "for (t in ctx.tags) { if (t == 'z') { return false } } return true",
        "def s = ctx.http.response.status_code; int limit = 500; return s > limit", "// yes\nctx.ok /* indeed */",
        "ctx.http.getOrDefault('x', 3) == 3", "['a': 1, 'b': 2].containsKey('b')", "[].isEmpty() && [:].isEmpty()",
        "ctx.list.containsAll([1])", "Math.max(1, 2) == 2", "ctx.ok == true && (ctx.ok)",
        "ctx.message.charAt(0) == 'G'",
        "ctx.http.keySet().contains('method')", "ctx?.tags != null && ctx.tags.contains('a') || ctx.missing.boom",
    ])
    func itHolds(script: String) throws {
        var document = try ProcessorCase.document(Self.document)
        #expect(try PainlessCondition(script).holds(for: &document))
    }

    @Test(arguments: [
        ("ctx.missing.deep == 1", "cannot access method/field [deep] from a null def reference"),
        ("ctx.nothing.contains('x')", "cannot access method/field [contains] from a null def reference"),
        ("ctx.n", "cannot cast from [java.lang.Integer] to [boolean]"),
        ("ctx.missing", "cannot cast from [null] to [boolean]"),
        ("ctx.missing > 5", "Cannot apply [>] operation to types [null] and [java.lang.Integer]."),
        ("ctx.message > 5", "Cannot apply [>] operation to types [java.lang.String] and [java.lang.Integer]."),
        ("ctx.n.contains('x')", "dynamic method [java.lang.Integer, contains/1] not found"),
        ("ctx.message.x == 1", "dynamic getter [java.lang.String, x] not found"),
        ("ctx.tags[7] == 1", "Index 7 out of bounds for length 2"), ("1 / 0 == 1", "/ by zero"),
        ("!ctx.message", "cannot cast from [java.lang.String] to [boolean]"),
        ("(String) ctx.n == '5'", "class java.lang.Integer cannot be cast to class String"),
        (
            "for (x in ctx.tags) { x == 1 } return 1 == 1 && ctx.n",
            "cannot cast from [java.lang.Integer] to [boolean]"
        ),
    ])
    func whatGoesWrongOnADocumentIsSaid(script: String, reason: String) throws {
        let condition = try PainlessCondition(script)
        var document = try ProcessorCase.document(Self.document)
        let failure = #expect(throws: ProcessorFailure.self) { try condition.holds(for: &document) }
        #expect(failure?.reason == reason && failure?.type == "script_exception")
    }

    @Test(arguments: [
        ("ctx.a = 1", 1, 7, "a condition cannot change the document: [=] is not supported"),
        ("ctx.n++", 1, 6, "a condition cannot change the document: [++] is not supported"),
        ("ctx.a ==\n  ", 2, 3, "expected a value, not the end of the script"),
        ("foo.bar", 1, 1, "cannot resolve symbol [foo]"), ("foo(1)", 1, 1, "unknown function [foo]"),
        ("ctx.a.frobnicate()", 1, 7, "unknown method [frobnicate]"),
        ("ctx.a.contains()", 1, 7, "method [contains] does not take 0 arguments"),
        ("ctx.a & 1", 1, 7, "the operator [&] is not supported"),
        ("while (true) {}", 1, 1, "[while] is not supported"),
        ("new ArrayList()", 1, 1, "[new] is not supported"), ("ctx.a == 'x", 1, 10, "a string that does not end"),
        ("ctx.a =~ /(/", 1, 10, "a pattern that cannot be read: missing closing parenthesis at position 1"),
        ("", 1, 1, "an empty script"), ("ctx.a #", 1, 7, "unexpected character [#]"),
        ("ctx.a == 1 ctx.b", 1, 12, "expected [;], not [ctx]"),
        ("return ctx.x === 1", 1, 14, "the operator [===] is not supported"),
        ("ctx.a -> 1", 1, 7, "expected [;], not [->]"),
        ("ctx.a instanceof Foo", 1, 18, "expected a known type, not [Foo]"),
    ])
    func whatIsOutsideOfTheSubsetIsRefusedWithItsPlace(script: String, line: Int, column: Int, message: String) {
        #expect(throws: PainlessError(line: line, column: column, message: message)) { try PainlessCondition(script) }
    }

    @Test func depthAndPatternsAreBounded() throws {
        let deep = String(repeating: "(", count: 5000) + "true" + String(repeating: ")", count: 5000)
        #expect(throws: PainlessError.self) { try PainlessCondition(deep) }
        #expect(throws: PainlessError.self) { try PainlessCondition(String(repeating: "!", count: 5000) + "true") }
        var document = try ProcessorCase.document(#"{"a":"\#(String(repeating: "a", count: 60))b"}"#)
        #expect(throws: ProcessorFailure.self) { try PainlessCondition("ctx.a =~ /^(a+)+$/").holds(for: &document) }
        #expect(document.matching.placesLeft < MatchBudget.placesMax - 10_000)
    }
}
