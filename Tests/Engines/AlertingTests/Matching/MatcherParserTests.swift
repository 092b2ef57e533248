import Alerting
import Basics
import SignalModel
import TestKit
import Testing

@Suite("Alertmanager's matchers")
struct MatcherParserTests {
    @Test(
        "what every Alertmanager reads is read",
        arguments: [
            (#"alertname="Down""#, [#"alertname="Down""#]),
            (#"{alertname="Down",team=~"a|b"}"#, [#"alertname="Down""#, #"team=~"a|b""#]),
            (#"{ alertname != "Down" , team !~ "a.*" , }"#, [#"alertname!="Down""#, #"team!~"a.*""#]),
            ("severity=P0", [#"severity="P0""#]),
            ("{}", []),
            ("", []),
            (#"{quote="She said: \"Hi, you\""}"#, [#"quote="She said: \"Hi, you\"""#]),
            (#"a="b","#, [#"a="b""#]),
            // Only the newer grammar: any text as a name.
            (#"{"my name"="b",ünï=code}"#, [#""my name"="b""#, #""ünï"="code""#]),
            // Only the older one: values without quotes that hold anything.
            (#"path=~^/api/.*$"#, [#"path=~"^/api/.*$""#]),
            (#"a=b\d"#, [#"a="b\\d""#]),
            (#"empty="#, [#"empty="""#]),
            (#"{a="b""#, [#"a="b""#]),
        ])
    func good(text: String, expected: [String]) throws {
        #expect(try MatcherParser.parse(text).map(\.description) == expected)
    }

    @Test(
        "what no Alertmanager reads is refused, with the place",
        arguments: [
            (#"{"ä"="b""#, "0:8: end of input: expected close brace"),
            (#"a="b"}}"#, "5:6: }: expected opening brace"),
            (#"{="b"}"#, "1:2: unexpected =: expected label name"),
            (#"{a}"#, "2:3: unexpected }: expected an operator such as '=', '!=', '=~' or '!~'"),
            (#"{a!"b"}"#, "2:3: !: expected one of '=~'"),
            (#"{a=~"("}"#, #""(" is no regular expression: missing ): ("#),
            (#"{"a="b"}"#, "5:6: unexpected b: expected an operator such as '=', '!=', '=~' or '!~'"),
        ])
    func bad(text: String, expected: String) {
        #expect(throws: AlertingError(.invalid, expected)) { try MatcherParser.parse(text) }
    }

    @Test("what is written is read as the same again, to the byte, whatever names and values hold")
    func writtenAndRead() throws {
        var randomness = SeededRandomness(seed: 4)
        let alphabet = Array("ab_:1 ={}!~,\"\\'`\n\r\t\u{1}\u{7f}é\u{301}\u{200d}\u{600}🚂n".unicodeScalars)
        func text() -> String {
            var text = ""
            for _ in 0..<randomness.next() % 6 {
                text.unicodeScalars.append(alphabet[Int(randomness.next() % UInt64(alphabet.count))])
            }
            return text
        }
        let operations: [Matcher.Operation] = [.equal, .notEqual, .matches, .notMatches]
        for _ in 0..<3000 {
            var matchers: [Matcher] = []
            for _ in 0..<1 + randomness.next() % 3 {
                let operation = operations[Int(randomness.next() % 4)]
                if let matcher = try? Matcher("a" + text(), operation, text()) { matchers.append(matcher) }
                if let matcher = try? Matcher(text() + "é", operation, text()) { matchers.append(matcher) }
            }
            let again = try MatcherParser.parse(matchers.keyText)
            let isSame =
                again.count == matchers.count
                && zip(again, matchers).allSatisfy {
                    $0.operation == $1.operation && $0.name.utf8.elementsEqual($1.name.utf8)
                        && $0.value.utf8.elementsEqual($1.value.utf8)
                }
            #expect(isSame, "\(matchers.keyText)")
        }
    }

    @Test("a long text and many matchers are refused")
    func limits() {
        #expect(throws: AlertingError.self) { try MatcherParser.parse(String(repeating: "a", count: 70_000)) }
        let many = (0..<101).map { "a\($0)=b" }.joined(separator: ",")
        #expect(throws: AlertingError.self) { try MatcherParser.parse(many) }
    }
}
