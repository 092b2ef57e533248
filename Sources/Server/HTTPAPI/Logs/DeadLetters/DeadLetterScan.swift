import Pipeline

/// Reads dead letters that are not done with, a bounded piece at a time.
struct DeadLetterScan: Sendable {
    let letters: DeadLetters
    let settled: SettledLetters

    /// Looked at in one call, whether they are meant or not; beyond it the answer says where to go on.
    private static let bytesMax = 64 << 20
    private static let countMax = 200_000
    /// Of the documents of one answer; beyond it the same.
    private static let foundBytesMax = 32 << 20

    struct Found: Sendable {
        var letters: [DeadLetter] = []
        /// Where to go on; nil at the end.
        var next: UInt64?
    }

    /// Blocks.
    func find(_ choice: DeadLetterChoice, limit: Int) throws -> Found {
        var found = Found()
        var bytesLeft = Self.foundBytesMax
        found.next = try forEach(choice) { letter in
            found.letters.append(letter)
            bytesLeft -= letter.document.source.count + letter.reason.utf8.count
            return found.letters.count < limit && bytesLeft > 0
        }
        return found
    }

    /// Until `body` says false, or enough was looked at: then where to go on is returned. Blocks.
    func forEach(_ choice: DeadLetterChoice, _ body: (DeadLetter) -> Bool) throws -> UInt64? {
        let (done, end) = (settled.settledNumbers, min(choice.to, settled.numbers.upperBound))
        var (bytesLeft, countLeft) = (Self.bytesMax, Self.countMax)
        var next: UInt64?
        guard choice.from < end else { return nil }
        try letters.forEach(from: choice.from) { letter in
            guard letter.number < end else { return false }
            bytesLeft -= letter.document.source.count
            countLeft -= 1
            var goesOn = bytesLeft > 0 && countLeft > 0
            if !done.contains(letter.number), choice.takes(letter) { goesOn = body(letter) && goesOn }
            if !goesOn, letter.number + 1 < end { next = letter.number + 1 }
            return goesOn
        }
        return next
    }

    /// How many of the documents at `ordinals` became letters from `number` on. Blocks.
    func count(of ordinals: Range<UInt64>, from number: UInt64) throws -> Int {
        var count = 0
        try letters.forEach(from: number) { letter in
            if ordinals.contains(letter.ordinal) { count += 1 }
            return true
        }
        return count
    }
}
