import Basics
import Pipeline

/// Dead letters whose reasons have one shape.
struct DeadLetterGroup: Sendable {
    let reason: DeadLetterReason
    private(set) var count = 0
    private var bytes = 0
    /// Nanoseconds since 1970.
    private var oldest = Int64.max
    private var newest = Int64.min
    /// Of the newest one.
    private var example = ""
    private var numbers: [UInt64] = []
    /// How many are for which index; those of further ones are not told apart.
    private var indices: [String: Int] = [:]

    /// Numbers that are told, the newest.
    private static let numbersMax = 100
    private static let indicesMax = 10

    init(_ reason: DeadLetterReason) { self.reason = reason }

    mutating func add(_ letter: DeadLetter) {
        count += 1
        bytes += letter.document.source.count
        oldest = min(oldest, letter.receivedAt)
        newest = max(newest, letter.receivedAt)
        example = letter.reason
        // Twice as many are kept, so that not each one moves all.
        if numbers.count >= 2 * Self.numbersMax { numbers.removeFirst(Self.numbersMax) }
        numbers.append(letter.number)
        let index = letter.document.index
        if indices[index] != nil || indices.count < Self.indicesMax { indices[index, default: 0] += 1 }
    }

    func write(to json: inout JSONWriter) {
        json.key("shape")
        json.string(reason.shape)
        json.key("reason")
        json.string(example)
        for (key, text) in [("pipeline", reason.pipeline), ("processor", reason.processor), ("tag", reason.tag)] {
            guard let text else { continue }
            json.key(key)
            json.string(text)
        }
        json.key("count")
        json.integer(count)
        json.key("bytes")
        json.integer(bytes)
        for (key, time) in [("oldest", oldest), ("newest", newest)] {
            json.key(key)
            json.string(RFC3339.format(Timestamp(milliseconds: time / 1_000_000)))
        }
        json.key("indices")
        json.array { json in
            for (index, count) in indices.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                json.object { json in
                    json.key("index")
                    json.string(index)
                    json.key("count")
                    json.integer(count)
                }
            }
        }
        json.key("numbers")
        json.array { json in for number in numbers.suffix(Self.numbersMax).reversed() { json.integer(number) } }
    }
}
