import Testing

@testable import Console

@Suite("Usage page")
struct UsageViewTests {
    private static let cases: [(String, String, String, String)] = [
        ("", "job", "api", "{job=\"api\"}"),
        ("{}", "job", "api", "{job=\"api\"}"),
        ("up", "job", "a\"b\\", "up{job=\"a\\\"b\\\\\"}"),
        (" up{job=\"api\"}", "pod", "p", "up{job=\"api\", pod=\"p\"}"),
        ("{a=\"1\"}", "büro", "x", "{a=\"1\", \"büro\"=\"x\"}"),
    ]

    @Test("a bar leads to the selector with its value added", arguments: cases)
    func narrowed(_ match: String, _ label: String, _ value: String, _ expected: String) {
        #expect(UsageView.narrowed(match, label, value) == expected)
    }
}
