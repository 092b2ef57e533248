package import Pipeline
import Synchronization

/// Where ranges of numbers are kept. Calls block; a change is durable on return.
package protocol SettledLetterKeeping: Sendable {
    /// In ascending order.
    func load() throws -> [Range<UInt64>]
    /// All of it or nothing.
    func replace(_ removed: [Range<UInt64>], with added: [Range<UInt64>]) throws
}

/// Which dead letters are done with: tried again, or given up. Files of dead letters go as a whole, oldest first, so
/// that single ones are settled here until their file goes.
package final class SettledLetters: Sendable {
    private struct State {
        var settled: RangeSet<UInt64>
        /// Being tried again or given up by somebody.
        var claimed: Set<UInt64> = []
    }

    /// Of more, letters that came one after another must be settled first: each change writes what it changes.
    private static let rangesMax = 50_000

    private let letters: DeadLetters
    private let keeping: any SettledLetterKeeping
    private let state: Mutex<State>
    /// Behind the last number when it began.
    private let endAtStart: UInt64

    /// To be made before letters are written. Reads; blocks.
    package init(_ letters: DeadLetters, keeping: any SettledLetterKeeping) throws {
        self.letters = letters
        self.keeping = keeping
        var first: UInt64 = 1
        try letters.forEach(from: 0) { letter in
            first = letter.number
            return false
        }
        endAtStart = first + letters.statistics.letters
        // Numbers of files that somebody removed are given again: what was settled of them says nothing of the new.
        let known = first..<endAtStart
        let stored = try keeping.load()
        let settled = RangeSet(stored).intersection(RangeSet(known))
        state = Mutex(State(settled: settled))
        try write(from: RangeSet(stored), to: settled)
    }

    /// Numbers of the letters on disk, settled or not.
    package var numbers: Range<UInt64> {
        let statistics = letters.statistics
        let end = endAtStart + statistics.written
        return (end - min(end, statistics.letters))..<end
    }

    /// Of those on disk that are not settled.
    package var count: UInt64 { count(in: numbers) }

    /// The same of some of their numbers.
    func count(in numbers: Range<UInt64>) -> UInt64 {
        let settled = state.withLock { $0.settled.intersection(RangeSet(numbers)) }
        return UInt64(numbers.count) - settled.ranges.reduce(0) { $0 + UInt64($1.count) }
    }

    var settledNumbers: RangeSet<UInt64> { state.withLock { $0.settled } }

    /// Those of them that nobody has settled or claimed; to be released.
    func claim(_ numbers: [UInt64]) -> Set<UInt64> {
        state.withLock { state in
            let mine = numbers.filter { !state.settled.contains($0) && !state.claimed.contains($0) }
            state.claimed.formUnion(mine)
            return Set(mine)
        }
    }

    func release(_ numbers: Set<UInt64>) { state.withLock { $0.claimed.subtract(numbers) } }

    /// Durable on return; frees files of which nothing is left. Blocks; one call at a time.
    package func settle(_ done: [Range<UInt64>]) throws {
        let numbers = numbers
        let before = state.withLock { $0.settled }
        var after = before.intersection(RangeSet(numbers))
        for range in done { after.insert(contentsOf: range.clamped(to: numbers)) }
        guard after.ranges.count <= Self.rangesMax else {
            throw APIError(
                .execution,
                "single letters of more than \(Self.rangesMax) places are done with: give up all below one of them")
        }
        try write(from: before, to: after)
        state.withLock { [after] in $0.settled = after }
        if let first = after.ranges.first, first.lowerBound <= numbers.lowerBound {
            letters.discard(below: first.upperBound)
        }
    }

    private func write(from before: RangeSet<UInt64>, to after: RangeSet<UInt64>) throws {
        let (old, new) = (Set(before.ranges), Set(after.ranges))
        let (removed, added) = (old.subtracting(new), new.subtracting(old))
        guard !removed.isEmpty || !added.isEmpty else { return }
        try keeping.replace(Array(removed), with: Array(added))
    }
}
