/// Words of a constant that a text is searched for.
struct WordMatch: Sendable {
    private let words: [[UInt8]]
    let mode: ValueTest.MatchMode
    /// With these one word of state holds how far a phrase has come.
    private static let wordsMax = 63

    init(_ words: [[UInt8]], _ mode: ValueTest.MatchMode) {
        self.words = words
        self.mode = mode
    }

    var isEmpty: Bool { words.isEmpty }

    /// What the words have in common: they all have to be there.
    var needsAll: Bool {
        if case .anyWord = mode { return false }
        return true
    }

    /// Whether the text of a number can match: its words are of digits, and `e` of an exponent.
    var mayBeNumber: Bool {
        func isOfNumber(_ word: [UInt8]) -> Bool { word.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "e") } }
        return needsAll ? words.allSatisfy(isOfNumber) : words.contains(where: isOfNumber)
    }

    var all: [[UInt8]] { words }
    var lastIsPrefix: Bool {
        if case .phrasePrefix = mode { return true }
        return false
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard !words.isEmpty else { return false }
        switch mode {
        case .anyWord: return scan(text) { $0 != 0 } ?? slow(text)
        case .allWords:
            let wanted = UInt64(1) << UInt64(min(words.count, Self.wordsMax)) - 1
            var found: UInt64 = 0
            return scan(text) { seen in
                found |= seen
                return found == wanted
            } ?? slow(text)
        case .phrase(slop: 0), .phrasePrefix:
            let last = UInt64(1) << UInt64(min(words.count, Self.wordsMax) - 1)
            var state: UInt64 = 0
            return scan(text) { seen in
                state = (state << 1 | 1) & seen
                return state & last != 0
            } ?? slow(text)
        case .phrase: return slow(text)
        }
    }

    /// Calls `step` with the bits of the constant's words that each word of the text is, until it says yes. Nil when
    /// there are too many.
    @inline(__always)
    private func scan(_ text: UnsafeRawBufferPointer, _ step: (UInt64) -> Bool) -> Bool? {
        guard words.count <= Self.wordsMax else { return nil }
        var scanner = WordScanner(text)
        while let range = scanner.next() {
            let seen = bits(UnsafeRawBufferPointer(rebasing: text[range]), isWide: scanner.isWide)
            if step(seen) { return true }
        }
        return false
    }

    private func bits(_ word: UnsafeRawBufferPointer, isWide: Bool) -> UInt64 {
        guard !isWide else {
            return Words.lowered(word, isWide: true).withUnsafeBytes { bits(lowered: $0) }
        }
        return bits(lowered: word)
    }

    @inline(__always)
    private func bits(lowered word: UnsafeRawBufferPointer) -> UInt64 {
        var seen: UInt64 = 0
        for index in words.indices where equals(word, index) { seen |= 1 << UInt64(index) }
        return seen
    }

    @inline(__always)
    private func equals(_ word: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        words[index].withUnsafeBytes { wanted in
            if lastIsPrefix, index == words.count - 1 {
                guard word.count >= wanted.count else { return false }
                return Words.equals(UnsafeRawBufferPointer(rebasing: word[..<wanted.count]), wanted)
            }
            return Words.equals(word, wanted)
        }
    }

    // Slow path: many words, or words that may move.
    private func slow(_ text: UnsafeRawBufferPointer) -> Bool {
        var places = [[Int]](repeating: [], count: words.count)
        var scanner = WordScanner(text)
        var position = 0
        while let range = scanner.next() {
            let word = Words.lowered(UnsafeRawBufferPointer(rebasing: text[range]), isWide: scanner.isWide)
            word.withUnsafeBytes { word in
                for index in words.indices where equals(word, index) { places[index].append(position - index) }
            }
            position += 1
        }
        switch mode {
        case .anyWord: return places.contains { !$0.isEmpty }
        case .allWords: return places.allSatisfy { !$0.isEmpty }
        case .phrase(let slop): return Self.spread(places) <= slop
        case .phrasePrefix: return Self.spread(places) == 0
        }
    }

    /// How far the words are from standing in their order, at best.
    private static func spread(_ places: [[Int]]) -> Int {
        guard places.allSatisfy({ !$0.isEmpty }) else { return .max }
        let all = places.enumerated().flatMap { word, places in places.map { (place: $0, word: word) } }
            .sorted { $0.place < $1.place }
        var counts = [Int](repeating: 0, count: places.count)
        var covered = 0
        var low = 0
        var best = Int.max
        for entry in all {
            if counts[entry.word] == 0 { covered += 1 }
            counts[entry.word] += 1
            while covered == places.count {
                best = min(best, entry.place - all[low].place)
                counts[all[low].word] -= 1
                if counts[all[low].word] == 0 { covered -= 1 }
                low += 1
            }
        }
        return best
    }
}
