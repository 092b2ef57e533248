import Basics
import TestKit
import Testing

@Suite("Timer queue")
struct TimerQueueTests {
    @Test("agrees with a table that is searched whole, over random changes", arguments: 1...20)
    func model(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var queue = TimerQueue()
        var table: [String: Int64] = [:]
        for _ in 0..<3000 {
            let key = "\(chance.next() % 40)"
            switch chance.next() % 8 {
            case 0:
                queue.set(key, at: nil)
                table[key] = nil
            case 1:
                let now = Int64(chance.next() % 500)
                let due = table.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                for (key, _) in due { table[key] = nil }
                #expect(queue.takeDue(at: now) == due.map(\.key))
            default:
                let time = Int64(chance.next() % 500)
                queue.set(key, at: time)
                table[key] = time
            }
            #expect(queue.next == table.values.min())
            #expect(queue.count == table.count)
            #expect(queue[key] == table[key])
        }
    }
}
