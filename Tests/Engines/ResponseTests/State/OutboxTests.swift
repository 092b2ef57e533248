import Basics
import FoundationEssentials
import SignalModel
import TestKit
import Testing

@testable import Response

@Suite("Outbox")
struct OutboxTests {
    private func entry(
        _ sequence: UInt64, place: String, page: String, severity: Severity = .p2, kind: Notification.Kind = .page,
        due: Int64 = 0
    ) -> OutboxEntry {
        OutboxEntry(
            sequence: sequence,
            notification: Notification(
                key: "\(sequence)", channel: ChannelReference(channel: place), kind: kind,
                subject: Subject(pageID: page, severity: severity, title: "t", status: .firing),
                decidedAt: Timestamp(milliseconds: 0)), dueAtMilliseconds: due)
    }

    @Test("of many at one place a P0's page goes first, whenever it came")
    func urgency() {
        var outbox = Outbox()
        for n in 1...1000 { outbox.insert(entry(UInt64(n), place: "a", page: "p\(n)", severity: .p3), at: 0) }
        outbox.insert(entry(1001, place: "a", page: "q", severity: .p0, kind: .announcement), at: 0)
        outbox.insert(entry(1002, place: "a", page: "r", severity: .p0), at: 0)
        var order: [UInt64] = []
        while let first = outbox.mostUrgent(except: { _ in false }).first {
            order.append(first.sequence)
            outbox.remove(first.key, at: 0)
        }
        #expect(order == [1002] + Array(1...1000) + [1001])
    }

    /// What `mostUrgent` must say, from the entries alone.
    private func expected(_ outbox: Outbox, _ now: Int64) -> [String] {
        var heads: [[String]: OutboxEntry] = [:]
        for entry in outbox.values {
            let lane = [entry.place.channel, entry.pageID]
            if entry.sequence < heads[lane]?.sequence ?? .max { heads[lane] = entry }
        }
        var best: [String: OutboxEntry] = [:]
        for head in heads.values where head.dueAtMilliseconds <= now {
            let place = head.place.channel
            if let known = best[place], known.urgency < head.urgency { continue }
            best[place] = head
        }
        return best.values.sorted { $0.urgency < $1.urgency }.map(\.key)
    }

    @Test("agrees with a search through all entries, over random histories and restarts", arguments: 1...30)
    func model(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        var outbox = Outbox()
        var now: Int64 = 0
        for sequence in 1...600 {
            switch chance.next() % 6 {
            case 0, 1, 2:
                outbox.insert(
                    entry(
                        UInt64(sequence), place: "c\(chance.next() % 3)", page: "p\(chance.next() % 4)",
                        severity: Severity.allCases[Int(chance.next() % 4)],
                        kind: chance.next() % 2 == 0 ? .page : .announcement,
                        due: now + Int64(chance.next() % 3) * 10), at: now)
            case 3: if let key = outbox.keys.sorted().first { outbox.remove(key, at: now) }
            case 4:
                if var entry = outbox.mostUrgent(except: { _ in false }).last {
                    entry.dueAtMilliseconds = now + Int64(chance.next() % 30)
                    outbox.replace(entry, at: now)
                }
            default:
                now += Int64(chance.next() % 20)
                outbox.advance(to: now)
            }
            if chance.next() % 50 == 0 {
                outbox = try JSONDecoder().decode(Outbox.self, from: JSONEncoder().encode(outbox))
                outbox.advance(to: now)
            }
            #expect(outbox.mostUrgent(except: { _ in false }).map(\.key) == expected(outbox, now))
        }
    }
}
