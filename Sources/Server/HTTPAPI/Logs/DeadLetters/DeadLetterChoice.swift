import Pipeline
import SignalModel

/// Which dead letters a request means: `from` and `to` as numbers, `numbers`, and the `shape` of their reasons.
struct DeadLetterChoice: Sendable {
    var from: UInt64
    /// The first that is not meant.
    var to: UInt64
    private(set) var numbers: Set<UInt64>?
    private(set) var shape: String?

    /// Single letters of one call; more are refused.
    private static let numbersMax = 1000

    init(_ form: FormParameters) throws {
        from = UInt64(try form.integer("from", in: 0...Int.max, absent: 0))
        to = UInt64(try form.integer("to", in: 0...Int.max, absent: .max))
        shape = form["shape"]
        guard let text = form["numbers"] else { return }
        let named = try text.split(separator: ",").map { part in
            guard let number = UInt64(part) else {
                throw APIError(.badData, "numbers must be numbers of letters, as 3,4: not \(quoted(String(part)))")
            }
            return number
        }
        guard named.count <= Self.numbersMax, let least = named.min(), let most = named.max() else {
            throw APIError(.badData, "numbers must name 1 to \(Self.numbersMax) letters")
        }
        numbers = Set(named)
        from = max(from, least)
        to = min(to, most == .max ? most : most + 1)
    }

    /// Whether every letter between its bounds is meant.
    var isWhole: Bool { numbers == nil && shape == nil }

    /// Of a letter between its bounds.
    func takes(_ letter: DeadLetter) -> Bool {
        if let numbers, !numbers.contains(letter.number) { return false }
        return shape.map { DeadLetterReason(letter.reason).shape == $0 } ?? true
    }
}
