import Basics
import SignalModel
import TestKit
import WireFormats

/// One `eval` of a script with what it must answer.
struct QueryCase {
    var line: Int
    var expression: String
    var start: Int64
    var end: Int64
    /// Nil for an instant query.
    var step: Int64?
    var expected: [SeriesDescription] = []
    var expectedScalar: Double?
    var expectedString: String?
    /// For an instant query that answers a range vector: where its values begin and how far apart they are.
    var expectedGrid: (start: Int64, step: Int64)?
    var isOrdered = false
    var expectsFailure = false
    /// `warn`, `no_warn`, `info`, `no_info`, `fail`: texts to be found, by kind; an empty one asks for any.
    var conditions: [(kind: String, text: String)] = []

    init(_ line: String, _ body: [String], at number: Int) throws {
        self.line = number
        var words = line.dropFirst(5).trimmed[...]
        func next() -> String {
            let word = words.prefix { !$0.isWhitespace }
            words = words[word.endIndex...].drop(while: \.isWhitespace)
            return String(word)
        }
        func time() throws -> Int64 {
            let word = next()
            guard let time = LoadedStore.duration(word) else {
                throw QueryScript.Malformed(line: number, text: "no time: \(word)")
            }
            return time
        }
        switch next() {
        case "instant":
            _ = next()
            start = try time()
            end = start
        case "range":
            _ = next()
            start = try time()
            _ = next()
            end = try time()
            _ = next()
            step = try time()
        default: throw QueryScript.Malformed(line: number, text: line)
        }
        expression = String(words)
        for line in body { try read(line) }
    }

    private mutating func read(_ line: String) throws {
        if line.hasPrefix("expect ") { return try readCondition(line.dropFirst(7).trimmed) }
        if let value = Double(line) {
            expectedScalar = value
            return
        }
        expected.append(try SeriesDescription(line))
    }

    private mutating func readCondition(_ text: String) throws {
        let kind = String(text.prefix { !$0.isWhitespace })
        let rest = text.dropFirst(kind.count).trimmed
        switch kind {
        case "ordered": isOrdered = true
        case "string": expectedString = String(rest.dropFirst().dropLast())
        case "range":
            let words = rest.split(separator: " ")
            guard words.count == 7, let start = LoadedStore.duration(words[2]),
                let step = LoadedStore.duration(words[6])
            else { throw QueryScript.Malformed(line: line, text: text) }
            expectedGrid = (start, step)
        case "fail":
            expectsFailure = true
            conditions.append((kind, rest))
        default: conditions.append((kind, rest))
        }
    }
}
