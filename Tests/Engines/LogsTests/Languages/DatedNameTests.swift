import Testing

@testable import Logs

@Suite("Dates in names of indices")
struct DatedNameTests {
    private static let context = LogQueryContext(nowNanoseconds: 1_795_701_785_000_000_000)

    @Test(
        "stand for what they are now",
        arguments: [
            ("logs-app", "logs-app"), ("<logs-app>", "logs-app"), ("<logs-{now/d}>", "logs-2026.11.26"),
            ("<logs-{now/d-1d}-000001>", "logs-2026.11.25-000001"), ("<a-{now/M{yyyy.MM}}-b>", "a-2026.11-b"),
            ("<a-{now{yyyy-MM-dd|+12:00}}>", "a-2026-11-27"), ("<{now/y{yyyy}}-{now/M{MM}}>", "2026-11"),
            (#"<a\{b\}-{now/d}>"#, "a{b}-2026.11.26"), ("<>", ""),
        ])
    func resolved(name: String, expected: String) throws {
        #expect(try DatedName.resolved(name, Self.context) == expected)
    }

    @Test(
        "what cannot be read is refused with its name",
        arguments: [
            "<a-{now/d>", "<a-}>", "<a-{}>", "<a-{now/x}>", "<a-{now{yyyy|Mars/Here}}>", #"<a\>"#, "<a-{now{yyyy}x}>",
        ])
    func refused(name: String) {
        #expect(throws: LogQueryError.self) { _ = try DatedName.resolved(name, Self.context) }
    }
}
