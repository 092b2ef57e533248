import Logs
import Testing

@testable import HTTPAPI

@Suite("Indices that a request names")
struct IndexChoiceTests {
    private static let there: Set<String> = ["logs-a", "logs-b"]

    private static func resolved(_ names: [String], _ form: String) throws -> [String] {
        // 2026-11-26T14:03:05Z
        try IndexChoice(names, try FormParameters(form)).resolved(
            LogQueryContext(nowNanoseconds: 1_795_701_785_000_000_000), isThere: { there.contains($0) },
            isAnyLike: { pattern in pattern == "*" || pattern == "logs-*" })
    }

    @Test(
        "one that is not there is missing, unless that does not matter",
        arguments: [
            (["logs-a"], "", nil), (["logs-x"], "", "logs-x"), (["logs-x"], "ignore_unavailable=true", nil),
            (["logs-a", "logs-x"], "", "logs-x"), (["nothing-*"], "", nil),
            (["nothing-*"], "allow_no_indices=false", "nothing-*"), (["logs-*"], "allow_no_indices=false", nil),
            ([], "allow_no_indices=false", nil), (["logs-*", "-logs-x"], "", nil),
            (["logs-x"], "ignore_unavailable", nil),
        ] as [([String], String, String?)])
    func missing(names: [String], form: String, missing: String?) throws {
        do {
            let resolved = try Self.resolved(names, form)
            #expect(missing == nil && resolved == names)
        } catch let error as MissingIndex {
            #expect(error.name == missing)
        }
    }

    @Test("a flag that is none is refused")
    func flags() { #expect(throws: ElasticsearchError.self) { _ = try Self.resolved([], "allow_no_indices=maybe") } }
}
