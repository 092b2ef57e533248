import Testing

@testable import Console

@Suite("Figures for people")
struct FigureTextTests {
    @Test(
        "three digits matter, and thousands stand apart",
        arguments: [
            (0, "0"), (0.4, "0.4"), (0.421, "0.42"), (3.14159, "3.14"), (31.44, "31.4"), (99.99, "100"),
            (314.4, "314"), (1_234_567, "1\u{2009}234\u{2009}567"), (-2.5, "−2.5"),
        ])
    func significant(_ value: Double, _ text: String) { #expect(FigureText.significant(value) == text) }

    @Test(
        "a value that would be read as another one stays as it is",
        arguments: [(93, "93"), (0, "0"), (-0.25, "−0.25"), (0.004, nil), (1e18, nil), (.nan, nil), (.infinity, nil)])
    func value(_ value: Double, _ text: String?) { #expect(FigureText.value(value) == text) }

    @Test("nouns follow their number", arguments: [(0, "0 pages"), (1, "1 page"), (2, "2 pages")])
    func counts(_ value: Int, _ text: String) { #expect(FigureText.count(value, "page") == text) }
}
