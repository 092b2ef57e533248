import Basics
import PromQL
import SignalModel
import TestKit
import Testing

@Suite("Label index")
struct LabelIndexTests {
    @Test("sets that agree in what is kept get one number, whatever else they hold")
    func grouping() {
        var index = LabelIndex(LabelProjection(keeping: ["job", "zone"], ignoringMetadata: false))
        let sets = [
            Labels([("job", "a"), ("i", "1")]), Labels([("i", "2"), ("job", "a"), ("__name__", "x")]),
            Labels([("job", "a"), ("zone", "z")]), Labels([("i", "1")]), .empty,
        ]
        #expect(sets.map { index.place($0) } == [0, 0, 1, 2, 2])
        #expect(index.labels(0) == Labels([("job", "a")]))
        #expect(index.labels(1) == Labels([("job", "a"), ("zone", "z")]))
        #expect(index.labels(2) == .empty)
    }

    @Test("a set is found through another view of the same labels, and nothing is found that is not there")
    func finding() {
        var index = LabelIndex(LabelProjection(keeping: ["job"], ignoringMetadata: false))
        _ = index.place(Labels([("job", "a"), ("left", "1")]))
        let other = LabelProjection(dropping: ["right"], ignoringMetadata: true)
        #expect(index.find(Labels([("__name__", "n"), ("job", "a"), ("right", "2")]), seenThrough: other) == 0)
        #expect(index.find(Labels([("job", "b")]), seenThrough: other) == nil)
        #expect(index.count == 1)
    }

    @Test("numbers stay the same while the table grows")
    func growth() {
        let random = SeededRandomness(seed: 7)
        var index = LabelIndex(LabelProjection(dropping: [], ignoringMetadata: false))
        var numbers: [Labels: Int] = [:]
        for _ in 0..<5000 {
            let labels = Labels([("a", "\(random.next() % 50)"), ("b", "\(random.next() % 50)")])
            let number = index.place(labels)
            #expect(numbers[labels, default: number] == number)
            numbers[labels] = number
        }
        #expect(numbers.count == index.count)
        for (labels, number) in numbers { #expect(index.labels(number) == labels) }
    }

    @Test(
        "a projection keeps or drops by name alone",
        arguments: [
            (["b"], true, false, "{b=\"2\"}"), (["b"], false, false, "n{a=\"1\", c=\"3\"}"),
            (["b"], false, true, "{a=\"1\", c=\"3\"}"), (["__name__", "c"], true, false, "n{c=\"3\"}"),
            (["__name__", "c"], true, true, "{c=\"3\"}"), ([], true, false, "{}"),
            ([], false, true, "{a=\"1\", b=\"2\", c=\"3\"}"),
            (["aa", "bb", "d"], false, false, "n{a=\"1\", b=\"2\", c=\"3\"}"),
            (["c", "a", "c"], true, false, "{a=\"1\", c=\"3\"}"),
        ])
    func projection(_ names: [String], isKeeping: Bool, ignoringMetadata: Bool, wanted: String) {
        let projection =
            isKeeping
            ? LabelProjection(keeping: names, ignoringMetadata: ignoringMetadata)
            : LabelProjection(dropping: names, ignoringMetadata: ignoringMetadata)
        let labels = Labels([("__name__", "n"), ("a", "1"), ("b", "2"), ("c", "3")])
        #expect(projection.labels(labels).description == wanted)
    }

    @Test("the absent value of a row has the stale marker's bits, which no sample has")
    func absent() { #expect(SeriesTable.absentBits == StaleMarker.bits) }
}
