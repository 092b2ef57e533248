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
