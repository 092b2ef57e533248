import Foundation
import Testing
import WireFormats

@Suite("JSON written in a stream")
struct JSONStreamTests {
    enum Shape: Codable, Hashable {
        case none
        case one(String)
        case two(width: Int64, inner: [Shape])
    }

    struct Empty: Codable, Hashable {}

    struct Everything: Codable, Hashable {
        var text = "a \"b\" \\ / \n\r\t\u{1} \u{1f} é 🚂"
        var absent: String?
        var present: Int? = 7
        var flags = [true, false]
        var numbers: [Double] = [0, -1.5, 1e300, 5e-324]
        var small: [UInt8] = [0, 255]
        var wide: [Int64] = [.min, .max]
        var unsigned = UInt64.max
        var float: Float = 0.5
        var labels = ["a": "1", "b\"": "2"]
        var byNumber: [UInt64: Shape] = [3: .none]
        var byName: [String: [String: Shape]] = ["x": ["y": .one("z")], "empty": [:]]
        var set: Set<UInt64> = [1, 2, .max]
        var shape = Shape.two(width: 2, inner: [.none, .one(""), .two(width: 3, inner: [])])
        var empty = Empty()
        var optionals: [String?] = [nil, "x"]
        var nested: [[Int]] = [[], [1], [2, 3]]
    }

    /// Asks for its container in each step, and for one inside another.
    struct Stepwise: Encodable {
        private enum Key: String, CodingKey { case a, b, c, d }

        func encode(to encoder: any Encoder) throws {
            var first = encoder.container(keyedBy: Key.self)
            var inner = first.nestedContainer(keyedBy: Key.self, forKey: .a)
            try inner.encode(1, forKey: .b)
            var list = first.nestedUnkeyedContainer(forKey: .c)
            try list.encode(2)
            var deeper = list.nestedUnkeyedContainer()
            try deeper.encode("three")
            try list.encode(4)
            var second = encoder.container(keyedBy: Key.self)
            try second.encode(Empty(), forKey: .d)
        }
    }

    @Test("what is written is read back equal, by a reader that is not ours")
    func roundTrip() throws {
        let value = ["é": Everything(), "": Everything()]
        let bytes = try JSONStream.encode(value)
        #expect(try JSONDecoder().decode([String: Everything].self, from: Data(bytes)) == value)
    }

    @Test("values that stand alone", arguments: ["x", ""])
    func alone(text: String) throws {
        #expect(try JSONDecoder().decode(String.self, from: Data(JSONStream.encode(text))) == text)
        #expect(try String(decoding: JSONStream.encode(Empty()), as: UTF8.self) == "{}")
        #expect(try String(decoding: JSONStream.encode([Int]()), as: UTF8.self) == "[]")
        #expect(try String(decoding: JSONStream.encode(Int?.none), as: UTF8.self) == "null")
    }

    @Test("containers within containers close in time")
    func stepwise() throws {
        let text = try String(decoding: JSONStream.encode([Stepwise(), Stepwise()]), as: UTF8.self)
        let one = #"{"a":{"b":1},"c":[2,["three"],4],"d":{}}"#
        #expect(text == "[\(one),\(one)]")
    }

    @Test("keys are in order on request")
    func order() throws {
        let labels = Dictionary(uniqueKeysWithValues: (0..<50).map { ("key \($0 + 10)", "\($0)") })
        let text = try String(decoding: JSONStream.encode(labels, sortsKeys: true), as: UTF8.self)
        let expected = labels.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
        #expect(text == "{" + expected.joined(separator: ",") + "}")
    }

    @Test("in parts it is the same, and no part is much longer than asked for")
    func parts() throws {
        let value = (0..<700).map { ["number \($0)": Everything()] }
        var parts: [[UInt8]] = []
        try JSONStream.encode(value) { parts.append($0) }
        #expect(parts.count > 1)
        #expect(parts.allSatisfy { $0.count < JSONStream.chunkBytes + 2000 })
        #expect(try JSONDecoder().decode([[String: Everything]].self, from: Data(parts.joined())) == value)
    }

    @Test("what JSON cannot say is refused")
    func refusal() {
        #expect(throws: EncodingError.self) { _ = try JSONStream.encode([Double.nan]) }
        #expect(throws: EncodingError.self) { _ = try JSONStream.encode(["a": Float.infinity]) }
    }
}
