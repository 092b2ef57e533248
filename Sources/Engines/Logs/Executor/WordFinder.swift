/// Finds where the letters of a word of ASCII stand in text, in any case: eight places at a time, so that most of a
/// long list of strings is never taken apart into words.
struct WordFinder: Sendable {
    /// In lower case.
    private let word: [UInt8]
    private let first: UInt64
    private let last: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let cases: UInt64 = 0x2020_2020_2020_2020

    /// Of a word in lower case; nil for an empty one and for one with letters beyond ASCII.
    init?(_ word: [UInt8]) {
        guard let first = word.first, let last = word.last, word.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.word = word
        self.first = UInt64(first | 0x20) &* Self.ones
        self.last = UInt64(last | 0x20) &* Self.ones
    }

    /// The first place from `start` on.
    func next(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let tail = word.count - 1
        var place = start
        while place + tail + 8 <= bytes.count {
            let begins = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) | Self.cases
            let ends = bytes.loadUnaligned(fromByteOffset: place + tail, as: UInt64.self) | Self.cases
            // A byte of zero where the first and the last letter are right; bytes above one may be marked in error.
            let wrong = (begins ^ first) | (ends ^ last)
            var marks = (wrong &- Self.ones) & ~wrong & (Self.ones << 7)
            while marks != 0 {
                let candidate = place + marks.trailingZeroBitCount / 8
                if stands(in: bytes, at: candidate) { return candidate }
                marks &= marks &- 1
            }
            place += 8
        }
        while place + tail < bytes.count {
            if stands(in: bytes, at: place) { return place }
            place += 1
        }
        return nil
    }

    private func stands(in bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        word.withUnsafeBytes {
            Words.equals(UnsafeRawBufferPointer(rebasing: bytes[place..<place + $0.count]), $0)
        }
    }
}

extension CompiledTest {
    /// More alternatives are looked for in each string by itself.
    private static let findersMax = 8

    /// A text of ASCII passes only if one of these stands in it; nil when that is not known.
    static func finders(_ kind: Kind, isOfWords: Bool) -> [WordFinder]? {
        let words: [[UInt8]]
        switch kind {
        case .words(let matches):
            words = matches.flatMap { match -> [[UInt8]] in
                guard match.needsAll else { return match.all }
                return match.all.max { $0.count < $1.count }.map { [$0] } ?? []
            }
        case .prefix(let prefix, _) where isOfWords: words = [prefix]
        default: return nil
        }
        let finders = words.compactMap(WordFinder.init)
        return finders.count == words.count && finders.count <= findersMax ? finders : nil
    }

    /// Which of the strings pass of those that one of `finders` finds, or that have letters beyond ASCII.
    func passes(_ values: PackedStrings, _ finders: [WordFinder]) -> [Bool] {
        var passes = [Bool](repeating: false, count: values.count)
        values.bytes.withUnsafeBytes { bytes in
            for finder in finders { mark(&passes, values, bytes) { finder.next(in: bytes, from: $0) } }
            // A letter beyond ASCII may have one of ASCII for its lower case.
            mark(&passes, values, bytes) { bytes.firstBeyondASCII(from: $0) }
        }
        return passes
    }

    /// Tests the strings that `next` points into.
    private func mark(
        _ passes: inout [Bool], _ values: PackedStrings, _ bytes: UnsafeRawBufferPointer, _ next: (Int) -> Int?
    ) {
        var string = 0
        var place = 0
        while let found = next(place) {
            while Int(values.offsets[string + 1]) <= found { string += 1 }
            let range = values.range(string)
            if !passes[string] { passes[string] = self.passes(UnsafeRawBufferPointer(rebasing: bytes[range])) }
            place = range.upperBound
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func firstBeyondASCII(from start: Int) -> Int? {
        var place = start
        while place + 8 <= count {
            let high = loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080
            if high != 0 { return place + high.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < count {
            if self[place] >= 0x80 { return place }
            place += 1
        }
        return nil
    }
}
