import Hummingbird
import Identity
import Pipeline

/// Trying letters again, and giving them up.
extension DeadLetterAPI {
    /// What one call replays or gives up at most; the answer says where to go on.
    private static let settledMax = 10_000

    /// What became of letters that were tried again; nil what cannot be told.
    private struct Outcome {
        var succeeded: Int?
        var failedAgain: Int?
        /// Not processed yet when nobody waited any longer, or on its way by a topic.
        var waiting: Int?
    }

    /// They are done with once the queue has them: what fails again becomes another letter.
    func replay(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let choice = try DeadLetterChoice(try FormParameters(request.uri.query ?? ""))
        let (letters, next) = try await claimed(choice)
        defer { settled.release(Set(letters.map(\.number))) }
        var outcome = Outcome(succeeded: 0, failedAgain: 0)
        if !letters.isEmpty {
            try await note(.deadLettersReplayed, letters.count, context)
            var batch = DocumentBatch()
            for letter in letters { batch.append(letter.document) }
            let end = settled.numbers.upperBound
            let places = try await intake.store(batch, dialect: "replay")
            deadLetters.countReplayed(letters.count)
            try await settle(letters)
            outcome = try await self.outcome(of: letters.count, at: places, from: end)
        }
        var json = JSONWriter()
        json.object { json in
            for (key, value) in [
                ("replayed", letters.count), ("succeeded", outcome.succeeded), ("failed_again", outcome.failedAgain),
                ("waiting", outcome.waiting), ("next", next.map { Int(clamping: $0) }),
            ] {
                guard let value else { continue }
                json.key(key)
                json.integer(value)
            }
        }
        return .json(json)
    }

    private func outcome(
        of count: Int, at places: DocumentPlaces, from number: UInt64
    ) async throws -> Outcome {
        guard case .queue(let ordinals) = places else { return Outcome(waiting: count) }
        do { try await progress.settle() } catch let error as APIError where error.kind == .unavailable {
            return Outcome(waiting: count)
        }
        let failed = try await threads.run { [scan] in try scan.count(of: ordinals, from: number) }
        return Outcome(succeeded: count - failed, failedAgain: failed)
    }

    func discard(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        guard ["to", "numbers", "shape"].contains(where: { form[$0] != nil }) else {
            throw APIError(.badData, "to=, numbers= or shape= is missing: which letters are given up")
        }
        let choice = try DeadLetterChoice(form)
        let (count, next) = try await choice.isWhole ? discardAll(choice, context) : discardSome(choice, context)
        var json = JSONWriter()
        json.object { json in
            json.key("discarded")
            json.integer(count)
            if let next {
                json.key("next")
                json.integer(next)
            }
        }
        return .json(json)
    }

    /// Without reading one of them.
    private func discardAll(
        _ choice: DeadLetterChoice, _ context: SignalboxRequestContext
    ) async throws -> (count: Int, next: UInt64?) {
        let range = (choice.from..<max(choice.from, choice.to)).clamped(to: settled.numbers)
        let count = Int(settled.count(in: range))
        guard count > 0 else { return (0, nil) }
        try await note(.deadLettersDiscarded, count, context)
        try await threads.run { [settled] in try settled.settle([range]) }
        return (count, nil)
    }

    private func discardSome(
        _ choice: DeadLetterChoice, _ context: SignalboxRequestContext
    ) async throws -> (count: Int, next: UInt64?) {
        let (letters, next) = try await claimed(choice)
        defer { settled.release(Set(letters.map(\.number))) }
        guard !letters.isEmpty else { return (0, next) }
        try await note(.deadLettersDiscarded, letters.count, context)
        try await settle(letters)
        return (letters.count, next)
    }

    /// Letters that nobody else is at; to be released.
    private func claimed(_ choice: DeadLetterChoice) async throws -> (letters: [DeadLetter], next: UInt64?) {
        try await threads.run { [scan, settled] in
            let found = try scan.find(choice, limit: Self.settledMax)
            let mine = settled.claim(found.letters.map(\.number))
            return (found.letters.filter { mine.contains($0.number) }, found.next)
        }
    }

    private func settle(_ letters: [DeadLetter]) async throws {
        try await threads.run { [settled] in try settled.settle(letters.map { $0.number..<($0.number + 1) }) }
    }
}
