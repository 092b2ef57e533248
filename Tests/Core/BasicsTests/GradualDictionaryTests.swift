import Basics
import Foundation
import TestKit
import Testing

@Suite("Gradual dictionary")
struct GradualDictionaryTests {
    @Test("agrees with a dictionary over random changes, and copies keep what they were", arguments: 1...10)
    func model(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var table: GradualDictionary<String, [Int]> = [:]
        var model: [String: [Int]] = [:]
        var copies: [(GradualDictionary<String, [Int]>, [String: [Int]])] = []
        for number in 0..<4000 {
            let key = "\(chance.next() % 300)"
            switch chance.next() % 6 {
            case 0: #expect(table.removeValue(forKey: key) == model.removeValue(forKey: key))
            case 1: #expect(table.updateValue([number], forKey: key) == model.updateValue([number], forKey: key))
            case 2:
                let before = table.change(key) { value in
                    value.append(number)
                    return value.count
                }
                model[key]?.append(number)
                #expect(before == model[key]?.count)
            case 3:
                table[key, default: []].append(number)
                model[key, default: []].append(number)
            default:
                let value: [Int]? = chance.next() % 4 == 0 ? nil : [number]
                table[key] = value
                model[key] = value
            }
            #expect(table[key] == model[key])
            if number % 500 == 0 { copies.append((table, model)) }
        }
        for (table, model) in copies + [(table, model)] {
            #expect(table.count == model.count && table.isEmpty == model.isEmpty)
            #expect(Dictionary(uniqueKeysWithValues: table.map { ($0.key, $0.value) }) == model)
            #expect(Set(table.keys) == Set(model.keys))
            #expect(table.values.map(\.count).sorted() == model.values.map(\.count).sorted())
            let even = table.filter { $0.value.count % 2 == 0 }
            #expect(even.count == model.count { $0.value.count % 2 == 0 })
        }
    }

    @Test("JSON of it is a dictionary's, both ways")
    func json() throws {
        let dictionary = Dictionary(uniqueKeysWithValues: (0..<50).map { ("key \($0)", $0) })
        let table = try JSONDecoder().decode(
            GradualDictionary<String, Int>.self, from: try JSONEncoder().encode(dictionary))
        #expect(Dictionary(uniqueKeysWithValues: table.map { ($0.key, $0.value) }) == dictionary)
        #expect(try JSONDecoder().decode([String: Int].self, from: try JSONEncoder().encode(table)) == dictionary)
    }
}
