import Basics
import SignalModel
import TestKit
import Testing

@Suite("Label sets")
struct LabelsTests {
    @Test("names come out sorted bytewise, empty values are dropped, the last of equal names wins")
    func normal() {
        let labels = Labels([("z", "1"), ("a", "x"), ("empty", ""), ("a", "y"), ("Z", "2")])
        #expect(labels.pairs.map(\.name) == ["Z", "a", "z"])
        #expect(labels["a"] == "y")
        #expect(labels["empty"] == "")
        #expect(labels.value(of: "empty") == nil)
        #expect(labels.count == 3)
    }

    @Test("equal pairs in any order are the same bytes, hash and value")
    func equality() {
        let one = Labels([("job", "api"), ("instance", "10.0.0.1:80")])
        let other = Labels([("instance", "10.0.0.1:80"), ("job", "api")])
        #expect(one == other)
        #expect(one.packed == other.packed)
        #expect(one.hash == other.hash)
        #expect(one != other.setting("job", to: "web"))
    }

    @Test(
        "order is label by label, name before value, a prefix first",
        arguments: [
            ([("a", "1")], [("a", "2")]), ([("a", "1")], [("b", "0")]), ([("a", "1")], [("a", "1"), ("b", "1")]),
            ([], [("a", "1")]), ([("a", "1"), ("b", "9")], [("a", "10")]),
        ] as [([(String, String)], [(String, String)])])
    func order(smaller: [(String, String)], greater: [(String, String)]) {
        let left = Labels(smaller.map { (name: $0.0, value: $0.1) })
        let right = Labels(greater.map { (name: $0.0, value: $0.1) })
        #expect(left < right)
        #expect(!(right < left))
    }

    @Test("order is that of the pairs, whatever the lengths", arguments: 0..<20)
    func randomOrder(_ seed: UInt64) {
        var random = SeededRandomness(seed: seed)
        func text() -> String {
            let count = [1, 2, 7, 8, 9, 127, 128, 129, 300].randomElement(using: &random) ?? 1
            return String(repeating: "a", count: count - 1) + (["a", "b", "é"].randomElement(using: &random) ?? "a")
        }
        let sets = (0..<60).map { _ in
            Labels((0..<Int.random(in: 0...3, using: &random)).map { _ in (name: text(), value: text()) })
        }
        for one in sets {
            for other in sets {
                let wanted = one.pairs.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] }
                    .lexicographicallyPrecedes(
                        other.pairs.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] },
                        by: { $0.lexicographicallyPrecedes($1) })
                #expect((one < other) == wanted, "\(one) and \(other)")
            }
        }
    }

    @Test("values longer than 127 bytes survive packing")
    func longValues() {
        let long = String(repeating: "ü", count: 20_000)
        let labels = Labels([("long", long), ("tail", "x")])
        #expect(labels["long"] == long)
        #expect(labels["tail"] == "x")
        #expect(labels.withoutName == labels)
    }

    @Test("keeping, dropping and the name")
    func selection() {
        let labels = Labels([("__name__", "up"), ("job", "api"), ("pod", "p")])
        #expect(labels.name == "up")
        #expect(labels.withoutName.pairs.map(\.name) == ["job", "pod"])
        #expect(labels.keeping(["job", "nothing"]) == Labels([("job", "api")]))
        #expect(labels.dropping(["job", "pod"]) == Labels([("__name__", "up")]))
        #expect(labels.description == #"up{job="api", pod="p"}"#)
        #expect(
            Labels([("__name__", "with.dot"), ("a b", "\"")]).description == #"{"__name__"="with.dot", "a b"="\""}"#)
    }
}
