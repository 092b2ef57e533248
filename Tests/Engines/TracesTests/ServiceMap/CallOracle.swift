import SignalModel
import TestKit

@testable import Traces

/// Spans by chance, and who calls whom by a look at all of them.
struct CallOracle {
    struct Entry {
        var span: Span
        var service: String
        var environment: String
        var database: String?
        /// Of the server's side of an id that it shares, the client's.
        var client: Int?
    }

    static let services = ["cart", "shop", "mail", "pay"]
    private(set) var entries: [Entry] = []
    private let randomness: SeededRandomness

    init(seed: Int) { randomness = SeededRandomness(seed: UInt64(seed)) }

    func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }

    /// More spans of some of forty traces, with parents that came before them or come later: every trace has ids from
    /// 1 on, so that all traces have the same ones.
    mutating func add(_ count: Int) -> SpanBatch {
        var fixture = SpanFixture()
        for _ in 0..<count {
            let trace = UInt64(1 + pick(40))
            let ids = entries.filter { $0.span.trace.low == trace && !$0.span.flags.contains(.shared) }.count
            let id = UInt64(ids + 1)
            // Some name one that is not there yet, or never; which side of a shared id they would mean, nobody knows.
            let named = UInt64(1 + pick(ids + 4))
            let parent = pick(6) == 0 || Self.isShared(named) ? 0 : named
            let kinds: [Span.Kind] = [.internal, .server, .client, .producer, .consumer]
            if Self.isShared(id) {
                append(trace, id, 0, .client, to: &fixture)
                append(trace, id, 0, .server, client: entries.count - 1, to: &fixture)
            } else {
                append(trace, id, parent, kinds[pick(5)], to: &fixture)
            }
        }
        return fixture.batch
    }

    private static func isShared(_ id: UInt64) -> Bool { id % 5 == 0 }

    private mutating func append(
        _ trace: UInt64, _ id: UInt64, _ parent: UInt64, _ kind: Span.Kind, client: Int? = nil,
        to fixture: inout SpanFixture
    ) {
        let service = Self.services[pick(4)]
        let environment = ["", "production", "staging"][pick(3)]
        let database = kind == .client && pick(2) == 0 ? "db \(pick(3))" : nil
        let span = fixture.add(
            trace: trace, id, parent: parent, service: service, environment: environment, kind: kind,
            status: pick(4) == 0 ? .error : .unset, at: Int64(trace) * 100 + Int64(pick(500)),
            duration: Int64(pick(3000)), weight: [1, 1, 10, 2.5][pick(4)], flags: client == nil ? [] : .shared,
            database.map { [("db.system", "postgresql"), ("db.name", $0)] } ?? [])
        // Before its span, so that it is the first that has the span's id.
        if pick(5) == 0 {
            fixture.batch.append(
                ErrorOccurrence(
                    trace: span.trace, span: span.id, timeNanoseconds: span.startNanoseconds - 1,
                    resource: span.resource))
        }
        entries.append(
            Entry(span: span, service: service, environment: environment, database: database, client: client))
    }

    mutating func remove(_ isGone: (Entry) -> Bool) {
        // Places among entries stay.
        for place in entries.indices where isGone(entries[place]) { entries[place].span.trace = .none }
    }

    private struct Key: Hashable {
        var client: String
        var server: String
        var kind: ServiceDependency.Kind
    }

    private func caller(of entry: Entry) -> Entry? {
        if let client = entry.client { return entries[client].span.trace.isNone ? nil : entries[client] }
        guard entry.span.parent != 0 else { return nil }
        let sides = entries.filter { $0.span.trace == entry.span.trace && $0.span.id == entry.span.parent }
        return sides.first
    }

    func edges(_ times: Range<Int64>, where isSeen: (Entry) -> Bool = { _ in true }) -> Set<ServiceDependency> {
        var sums: [Key: ServiceDependency] = [:]
        func add(_ entry: Entry, _ client: String, _ server: String, _ kind: ServiceDependency.Kind) {
            let key = Key(client: client, server: server, kind: kind)
            var sum =
                sums[key]
                ?? ServiceDependency(
                    client: client, server: server, kind: kind, errorCount: 0, durations: DurationSketch())
            if entry.span.status == .error { sum.errorCount += entry.span.weight }
            sum.durations.add(entry.span.durationNanoseconds, weight: entry.span.weight)
            sums[key] = sum
        }
        for entry in entries
        where !entry.span.trace.isNone && isSeen(entry) && times.contains(entry.span.startNanoseconds) {
            if let database = entry.database { add(entry, entry.service, database, .database) }
            guard entry.span.kind != .producer, let caller = caller(of: entry), isSeen(caller),
                caller.service != entry.service
            else { continue }
            let isMessage = entry.span.kind == .consumer || caller.span.kind == .producer
            add(entry, caller.service, entry.service, isMessage ? .messaging : .call)
        }
        return Set(sums.values)
    }
}
