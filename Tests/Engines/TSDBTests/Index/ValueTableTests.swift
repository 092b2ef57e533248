import TestKit
import Testing

@testable import TSDB

@Suite("Values of a label")
struct ValueTableTests {
    @Test("are listed in the order of their bytes, over random additions and removals", arguments: 1...10)
    func ordered(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        let table = ValueTable(name: Array("pod".utf8))
        var model: [String: Set<UInt32>] = [:]
        for id in 1...UInt32(400) {
            let text = chance.next() % 3 == 0 ? "é\(chance.next() % 50)" : "\(chance.next() % 200)"
            Array(text.utf8).withUnsafeBytes { table.add(id, to: $0) }
            model[text, default: []].insert(id)
            if chance.next() % 40 == 0 {
                let limit = UInt32(chance.next() % UInt64(id))
                table.filter { $0 >= limit }
                model = model.mapValues { $0.filter { $0 >= limit } }.filter { !$0.value.isEmpty }
            }
            guard chance.next() % 10 == 0 else { continue }
            let expected = model.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(table.ordered.map { table.text(of: table.values[Int($0)]) } == expected)
        }
    }
}
