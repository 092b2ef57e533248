import Testing

@testable import Console

@Suite("Where to go after signing in")
struct LocalTargetTests {
    @Test("pages of ours", arguments: ["/", "/alerts", "/alerts/12-ab?x=1#note", "/explore?query=rate(x%5B5m%5D)"])
    func local(_ text: String) { #expect(LocalTarget(text).path == text) }

    @Test(
        "anything that a browser might take for another site leads to the first page",
        arguments: [
            nil, "", "alerts", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
            "/\t/evil.example", "/\n/evil.example", "\\\\evil.example", "/a\\b", "/alerts\r\nSet-Cookie: a=b",
            "/sign-in", "/ü", "/" + String(repeating: "a", count: 5000),
        ])
    func foreign(_ text: String?) { #expect(LocalTarget(text).path == "/") }
}
