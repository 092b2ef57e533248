import Testing

@testable import Rules

@Suite("What is on record of objectives")
struct ObjectiveBookTests {
    private static let day: Int64 = 86_400_000

    private func book() -> ObjectiveBook {
        var book = ObjectiveBook()
        book.apply(
            .defined(
                ObjectiveDefinition(
                    objective: "checkout", service: "shop", version: 1, sinceMilliseconds: 0, series: "checkout@1",
                    target: 0.999, rollingMilliseconds: nil, counted: "", promise: "")))
        return book
    }

    private func correction(_ id: String, day: Int64) -> ObjectiveEvent {
        .corrected(
            ObjectiveCorrection(
                id: id, objective: "checkout", fromMilliseconds: day * Self.day,
                toMilliseconds: day * Self.day + 3_600_000, reason: "every night", by: "maintenance:nightly",
                atMilliseconds: day * Self.day))
    }

    @Test("corrections are on record for as long as the counts they leave out, so a nightly window does not pile up")
    func bounded() {
        var book = book()
        for day in 0..<Int64(1200) { book.apply(correction("turn-\(day)", day: day)) }
        let kept = book.records["checkout"]?.corrections ?? []
        #expect(kept.count == Int(CountsStore.retentionDays) + 1)
        #expect(kept.first?.id == "turn-799" && kept.last?.id == "turn-1199")
    }

    @Test("what was taken back says who did it the first time, also when one of its name was made again")
    func takenBack() {
        var book = book()
        for by in ["maintenance:nightly", "ada"] {
            book.apply(correction("turn", day: 1))
            book.apply(
                .correctionRevoked(objective: "checkout", id: "turn", by: by, reason: "why", atMilliseconds: 5))
        }
        book.apply(
            .correctionRevoked(objective: "checkout", id: "turn", by: "eve", reason: "too late", atMilliseconds: 6))
        #expect(
            book.records["checkout"]?.corrections.map(\.revoked) == [
                "maintenance:nightly at 5: why", "ada at 5: why",
            ])
    }
}
