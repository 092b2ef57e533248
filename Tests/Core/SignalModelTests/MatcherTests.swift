import SignalModel
import Testing

@Suite("Matchers")
struct MatcherTests {
    @Test(
        "an absent label counts as empty, regular expressions are anchored and cross newlines",
        arguments: [
            (.equal, "x", "x", true), (.equal, "x", "xy", false), (.equal, "", "", true),
            (.notEqual, "x", "", true), (.notEqual, "", "", false),
            (.matches, "x|y", "y", true), (.matches, "x", "xy", false), (.matches, ".*", "", true),
            (.matches, "a.b", "a\nb", true), (.matches, "(?i)ABC", "abc", true),
            (.notMatches, "x.*", "xy", false), (.notMatches, ".+", "", true),
        ] as [(Matcher.Operation, String, String, Bool)])
    func table(operation: Matcher.Operation, value: String, text: String, expected: Bool) throws {
        #expect(try Matcher("label", operation, value).matches(text) == expected)
    }

    @Test("an é of one scalar is another text than an é of two, for strings, bytes and matchers alike")
    func bytes() throws {
        let (one, two) = ("caf\u{e9}", "cafe\u{301}")
        for (operation, isMatch) in [
            (.equal, false), (.notEqual, true), (.matches, false), (.notMatches, true),
        ] as [(Matcher.Operation, Bool)] {
            let matcher = try Matcher("place", operation, one)
            #expect(matcher.matches(two) == isMatch, "\(operation) a string")
            #expect(Array(two.utf8).withUnsafeBytes { matcher.matches($0) } == isMatch, "\(operation) bytes")
            #expect(matcher.matches(one) != isMatch)
            #expect(try matcher != Matcher("place", operation, two))
            #expect(try matcher == Matcher("place", operation, one))
        }
    }

    @Test("a pattern that does not compile is refused with RE2's reason")
    func invalid() {
        #expect(throws: (any Error).self) { try Matcher("label", .matches, "(") }
        #expect(throws: Never.self) { try Matcher("label", .equal, "(") }
    }

    @Test("an exponential pattern takes linear time")
    func linear() throws {
        let matcher = try Matcher("label", .matches, "(a+)+b")
        #expect(!matcher.matches(String(repeating: "a", count: 50_000)))
    }
}
