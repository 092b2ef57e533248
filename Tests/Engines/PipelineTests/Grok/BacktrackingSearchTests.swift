import Testing

@testable import Pipeline

@Suite("What matching may cost")
struct BacktrackingSearchTests {
    private func matches(
        _ pattern: String, _ text: String, _ budget: inout MatchBudget
    ) throws -> [String] {
        let expression = try BacktrackingExpression(java: pattern)
        var text = text
        return try BacktrackingExpression.withBytes(&text) { bytes throws(BacktrackingExpression.LimitReached) in
            try expression.allMatches(in: bytes, &budget).map { $0.text(0, bytes) ?? "" }
        }
    }

    @Test("matches of any length are found among others, whatever steps they take", arguments: ["x", "ü", "\\\\"])
    func lengths(letter: String) throws {
        let texts = [0, 5, 100, 127, 128, 129, 130, 1000, 1023, 1024, 1025, 4000].map {
            "\"" + String(repeating: letter, count: $0) + "\""
        }
        var budget = MatchBudget()
        let text = texts.joined(separator: " 日本 = ") + " \"not closed"
        #expect(try matches(#""(?:[^"\\]|\\.)*""#, text, &budget) == texts)
        #expect(budget.placesLeft > MatchBudget.placesMax - 10_000_000)
    }

    @Test("places that take many steps in vain are passed, and the match behind them is found")
    func behind() throws {
        let words = Array(repeating: "aaaaaaaaaaaaaaaaaaaaaaaaa", count: 20).joined(separator: " ")
        var budget = MatchBudget()
        #expect(try matches(#"(?:\w+\w+\w+!)|ü$"#, words + " ü", &budget) == ["ü"])
        #expect(try matches(#"(?=\w*\w*\w*!)|b$"#, words + " b", &budget) == ["b"])
    }

    @Test(
        "what each match takes adds up, also where none of them comes to its limit",
        arguments: [
            #"(?=\w*\w*!)"#, #"\w+\w+\w+!"#, #"(?:a|aa)+!"#, #"(\w*)\1\w*!"#,
        ])
    func sums(pattern: String) throws {
        let text = String(repeating: "a", count: 18)
        var budget = MatchBudget(places: 20_000)
        #expect(throws: BacktrackingExpression.LimitReached.self) {
            for _ in 0..<10_000 { _ = try matches(pattern, text, &budget) }
        }
        #expect(budget.placesLeft == 0)
        #expect(throws: BacktrackingExpression.LimitReached.self) { try matches("a", "a", &budget) }
    }

    @Test("the same costs the same")
    func counted() throws {
        func cost() throws -> Int {
            var budget = MatchBudget()
            _ = try matches(#"(?:\w+\s?)+[!?]"#, String(repeating: "abc def ", count: 2) + "!", &budget)
            return budget.placesLeft
        }
        let first = try cost()
        #expect(try cost() == first && first < MatchBudget.placesMax)
    }

    @Test(
        "loops that machine code does not count are known",
        arguments: [
            (#"(?=\w*x)"#, true), (#"a(?!(?:b|[)])+)c"#, true), (#"(a)\1"#, true), (#"(?<a>b)(?&a)"#, true),
            (#"(a)(?1)"#, true), (#"(?(?=a{2,})b|c)"#, true), (#"\k<a>"#, true), (#"(?=[0-9])\d+"#, false),
            (#"(?<![0-9.+-])(?>[+-]?(?:[0-9]+))"#, false), (#"(?:a+)*(?i:b)"#, false), (#"[(?=]*\(?=+"#, false),
            (#"(?!a)b*"#, false), (#"[]\]*]+(?=x)"#, false),
        ])
    func hidden(pattern: String, isHidden: Bool) {
        #expect(HiddenSteps.areIn(pattern) == isHidden)
    }
}
