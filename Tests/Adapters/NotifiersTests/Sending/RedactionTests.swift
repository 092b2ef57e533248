import Basics
import Notifiers
import Testing

@Suite struct RedactionTests {
    private let redaction = Redaction([
        "https://user:pa55word@hooks.example/services/T000/longpathpiece?key=abcdefghij", "hunter22",
    ])

    @Test(
        "every telling piece of a secret is taken out",
        arguments: [
            "POST https://user:pa55word@hooks.example/services/T000/longpathpiece?key=abcdefghij failed",
            "path /services/T000/longpathpiece?key=abcdefghij", "piece longpathpiece", "key abcdefghij",
            "login pa55word", "hunter22",
        ])
    func takenOut(text: String) {
        let cleaned = redaction.clean(text)
        #expect(cleaned.contains("<secret>"))
        for piece in ["pa55word", "longpathpiece", "abcdefghij", "hunter22", "T000"] {
            #expect(!cleaned.contains(piece))
        }
    }

    @Test("ordinary words stay, on one line of bounded length")
    func ordinary() {
        #expect(Redaction([]).clean("a\r\n\r\nb\u{0}\u{1b}c ") == "a b c")
        #expect(Redaction([]).clean(String(repeating: "x", count: 5000)).count == 200)
    }
}
