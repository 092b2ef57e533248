import Basics
import Logs
import SignalModel
import TestKit
import Testing
import Traces

@Suite("A store of spans gives back what it was given, and finds it")
struct TraceStoreTests {
    private static func store(
        _ disk: MemoryFileSystem, blockRowsMax: Int = TraceStore.blockRowsMax
    ) throws -> TraceStore {
        var settings = TraceStore.settings(retention: nil)
        settings.mergeCount = 2
        settings.blockRowsMax = blockRowsMax
        return TraceStore(try LogStore(directory: "traces", fileSystem: disk, settings: settings))
    }

    private static func disk(_ seed: UInt64 = 1) -> MemoryFileSystem {
        MemoryFileSystem(randomness: SeededRandomness(seed: seed))
    }

    private static func batch() -> SpanBatch {
        var fixture = SpanFixture()
        fixture.add(
            1, "GET /cart", environment: "prod", host: "a", kind: .server, status: .error, at: 1000, duration: 80,
            weight: 10, [("http.route", "/cart"), ("http.response.status_code", "503")])
        fixture.add(2, parent: 1, "SELECT", kind: .client, at: 1010, duration: 30, [("db.system", "postgresql")])
        return fixture.batch
    }

    @Test("a span comes back whole", arguments: [false, true])
    func whole(isFlushed: Bool) throws {
        let disk = Self.disk()
        var store = try Self.store(disk)
        var batch = SpanBatch()
        let fieldsStart = batch.fieldsEnd
        batch.add(batch.number(of: "service.name"), string: "shop")
        batch.add(batch.number(of: "service.version"), string: "2.1")
        batch.add(batch.number(of: "host.name"), string: "a")
        let resource = batch.append(
            SpanResource(
                service: batch.number(of: "shop"), environment: batch.number(of: "prod"),
                version: batch.number(of: "2.1"), fields: fieldsStart..<batch.fieldsEnd))
        let scope = batch.append(
            SpanScope(name: batch.number(of: "lib"), version: batch.number(of: "1"), fields: 0..<0))
        var span = Span(
            trace: TraceID(high: 1, low: 2), id: 0xfeed, startNanoseconds: 1_700_000_000_123_456_789,
            name: batch.number(of: "pay"), resource: resource)
        span.parent = 0xbeef
        span.durationNanoseconds = -5
        span.weight = 2.5
        span.scope = scope
        span.kind = .consumer
        span.status = .error
        span.flags = [.remoteParent, .transaction]
        let first = batch.fieldsEnd
        batch.add(batch.number(of: "list"), integer: 1, isElement: true)
        batch.add(batch.number(of: "list"), integer: 2, isElement: true)
        batch.add(batch.number(of: "ratio"), double: 0.5)
        batch.add(batch.number(of: "flag"), bool: true)
        batch.add(batch.number(of: "text"), string: "späti \"x\"")
        span.fields = first..<batch.fieldsEnd
        let eventStart = batch.fieldsEnd
        batch.add(batch.number(of: "exception.type"), string: "Boom")
        let event = SpanEvent(
            timeNanoseconds: span.startNanoseconds + 7, name: batch.number(of: "exception"),
            fields: eventStart..<batch.fieldsEnd)
        batch.append(event)
        span.events = 0..<batch.eventsEnd
        batch.append(SpanLink(trace: TraceID(high: 3, low: 4), span: 5, fields: 0..<0, traceState: batch.text("k=v")))
        span.links = 0..<batch.linksEnd
        span.statusMessage = batch.text("no money")
        span.traceState = batch.text("es=s:0.4")
        batch.append(span)
        try store.append(batch, through: 9)
        if isFlushed {
            try store.flush()
            store = try Self.store(disk)
            #expect(store.durableOrdinal == 9)
        }
        let found = try TraceReader(store).spans(of: span.trace)
        #expect(found.count == 1)
        let read = try #require(found.spans.first)
        #expect(read.trace == span.trace && read.id == span.id && read.parent == span.parent)
        #expect(read.startNanoseconds == span.startNanoseconds && read.durationNanoseconds == -5)
        #expect(read.name == "pay" && read.kind == .consumer && read.status == .error)
        #expect(read.statusMessage == "no money" && read.traceState == "es=s:0.4" && read.weight == 2.5)
        #expect(read.service == "shop" && read.environment == "prod" && read.version == "2.1")
        #expect(read.flags == [.remoteParent, .transaction])
        #expect(read.scopeName == "lib" && read.scopeVersion == "1")
        #expect(read.resource.map(\.name) == ["host.name"])
        let attributes = Dictionary(uniqueKeysWithValues: read.attributes.map { ($0.name, $0) })
        #expect(attributes["list"]?.values == [.integer(1), .integer(2)] && attributes["list"]?.isArray == true)
        #expect(attributes["ratio"]?.values == [.double(0.5)] && attributes["flag"]?.values == [.bool(true)])
        #expect(attributes["text"]?.values == [.string("späti \"x\"")])
        #expect(read.events.first?.timeNanoseconds == span.startNanoseconds + 7)
        #expect(read.events.first?.attributes.first?.values == [.string("Boom")])
        #expect(read.links.first?.trace == TraceID(high: 3, low: 4) && read.links.first?.span == 5)
        #expect(try TraceReader(store).spans(of: TraceID(high: 9, low: 9)).spans.isEmpty)
        #expect(try TraceReader(store).span(0xfeed, of: span.trace).count == 1)
    }

    @Test("who may see less sees less: restrictions and masks hold for spans")
    func access() throws {
        let store = try Self.store(Self.disk())
        try store.append(Self.batch(), through: 1)
        let trace = TraceID(high: 0xabcd, low: 1)
        let restricted = TraceReader(
            store, access: LogAccess(restriction: .field("attributes.db.system", "postgresql")))
        #expect(try restricted.spans(of: trace).spans.map(\.id) == [2])
        #expect(try restricted.search(TraceSearch()).map(\.spanCount) == [1])
        let masked = TraceReader(store, access: LogAccess(maskedFields: ["attributes.http.*"]))
        #expect(try masked.spans(of: trace).spans[0].attributes.isEmpty)
        #expect(try masked.search(TraceSearch(filter: .field("attributes.http.route", "/cart"))).isEmpty)
        let outside = TraceReader(store, access: LogAccess(indices: ["logs-*"]))
        #expect(try outside.spans(of: trace).spans.isEmpty)
    }

    private static func failure(of span: Span) -> ErrorOccurrence {
        ErrorOccurrence(
            trace: span.trace, span: span.id, timeNanoseconds: span.startNanoseconds - 1, resource: span.resource)
    }

    private struct Expected {
        var spans: [(trace: UInt64, id: UInt64, parent: UInt64, service: String, start: Int64, duration: Int64)] = []
    }

    @Test("searches find what a look at every span finds, latest first, whatever is merged", arguments: 1...6)
    func search(seed: Int) throws {
        let randomness = SeededRandomness(seed: UInt64(seed))
        func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
        // Of some a trace lies in many blocks, and its parents in others.
        let store = try Self.store(Self.disk(UInt64(seed)), blockRowsMax: seed % 2 == 0 ? 8 : TraceStore.blockRowsMax)
        var expected = Expected()
        let services = ["cart", "shop", "mail"]
        for round in 0..<8 {
            var fixture = SpanFixture()
            for _ in 0..<60 {
                let trace = UInt64(1 + pick(80))
                let id = UInt64(expected.spans.count + 1)
                let known = expected.spans.filter { $0.trace == trace }
                let parent = known.isEmpty || pick(5) == 0 ? 0 : known[pick(known.count)].id
                let service = services[pick(3)]
                let (start, duration) = (Int64(trace) * 100 + Int64(pick(500)), Int64(pick(100)))
                let span = fixture.add(
                    trace: trace, id, parent: parent, service: service, at: start, duration: duration)
                // Before its span, so that it is the first in the block that has the span's id.
                if pick(3) == 0 { fixture.batch.append(Self.failure(of: span)) }
                expected.spans.append((trace, id, parent, service, start, duration))
            }
            try store.append(fixture.batch, through: UInt64(round + 1))
            if round % 2 == 1 { try store.flush() }
        }
        func check() throws {
            for service in services {
                for least in [0, 40, 90, 200] as [Int64] {
                    let matching = expected.spans.filter { $0.service == service && $0.duration >= least }
                    let latest = Dictionary(grouping: matching, by: \.trace).mapValues { $0.map(\.start).max() ?? 0 }
                    let order = latest.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
                    let filter = LogFilter.and([
                        .field(SpanFields.service, service),
                        .test(
                            .named(SpanFields.duration),
                            .range(lower: .init(.integer(least * 1_000_000), isInclusive: true), upper: nil)),
                    ])
                    for limit in [1, 7, 1000] {
                        let found = try TraceReader(store).search(TraceSearch(filter: filter, limit: limit))
                        try #require(found.map(\.trace.low) == Array(order.prefix(limit)), "seed \(seed)")
                        for summary in found {
                            let own = expected.spans.filter { $0.trace == summary.trace.low }
                            #expect(summary.spanCount == own.count)
                            #expect(summary.matchCount == matching.filter { $0.trace == summary.trace.low }.count)
                            let root = own.filter { $0.parent == 0 }.min {
                                ($0.start, $0.service) < ($1.start, $1.service)
                            }
                            #expect(summary.isRootMissing == (root == nil))
                            if let root { #expect(summary.rootService == root.service) }
                            // As its own page shows it.
                            let spans = try TraceReader(store).spans(of: summary.trace).spans
                            let times = try #require(TraceTree(spans).times)
                            #expect(summary.startNanoseconds == times.lowerBound)
                            #expect(summary.durationNanoseconds == times.upperBound - times.lowerBound)
                        }
                    }
                }
            }
            for trace in [1, 40, 80] as [UInt64] {
                let spans = try TraceReader(store).spans(of: TraceID(high: 0xabcd, low: trace)).spans
                #expect(Set(spans.map(\.id)) == Set(expected.spans.filter { $0.trace == trace }.map(\.id)))
            }
            let edges = try TraceReader(store).dependencies(times: 0..<Int64.max / 2).edges
            var calls: [String: Double] = [:]
            for span in expected.spans where span.parent != 0 {
                let parent = expected.spans[Int(span.parent) - 1]
                if parent.service != span.service { calls[parent.service + ">" + span.service, default: 0] += 1 }
            }
            #expect(
                Dictionary(uniqueKeysWithValues: edges.map { ($0.client + ">" + $0.server, $0.requestCount) })
                    == calls)
        }
        try check()
        try store.flush()
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(store.statistics.mergeCount > 0)
        try check()
    }

    @Test(
        "a list shows how long a trace took with clocks corrected, and asynchronous work as it was",
        arguments: [
            (Span.Kind.server, 10_020, 30, 80), (.server, 20, 30, 80), (.server, -5_000, 30, 80),
            // It took longer than who asked for it, or goes on for good reason.
            (.server, 20, 200, 220), (.consumer, 10_020, 30, 10_050), (.consumer, -5_000, 30, 80),
        ] as [(Span.Kind, Int64, Int64, Int64)])
    func skew(kind: Span.Kind, start: Int64, duration: Int64, shown: Int64) throws {
        var fixture = SpanFixture()
        fixture.add(1, host: "a", kind: .server, at: 1000, duration: 80)
        fixture.add(2, parent: 1, host: "a", kind: .client, at: 1010, duration: 60)
        fixture.add(3, parent: 1, service: "pay", host: "b", kind: kind, at: 1000 + start, duration: duration)
        let found = try SpanFixture.reader(fixture.batch).search(TraceSearch())
        #expect(found.map(\.startNanoseconds) == [1_000_000_000])
        #expect(found.map(\.durationNanoseconds) == [shown * 1_000_000])
    }

    @Test("services, operations, counts and databases")
    func overview() throws {
        let store = try Self.store(Self.disk())
        var fixture = SpanFixture()
        for number in 0..<10 {
            let base = UInt64(number * 10)
            fixture.add(
                trace: UInt64(number + 1), base + 1, "GET /cart", service: "shop", kind: .server,
                status: number < 2 ? .error : .unset, at: Int64(number * 100), duration: 50, weight: 10)
            fixture.add(
                trace: UInt64(number + 1), base + 2, parent: base + 1, "SELECT", service: "shop", kind: .client,
                at: Int64(number * 100 + 5), duration: 20, weight: 10,
                [("db.system", "postgresql"), ("db.name", "carts")])
        }
        try store.append(fixture.batch, through: 1)
        let reader = TraceReader(store)
        #expect(try reader.services() == ["shop"])
        #expect(
            try reader.operations(of: "shop").map { "\($0.name) \($0.kind.text) \($0.spanCount)" } == [
                "GET /cart server 10", "SELECT client 10",
            ])
        let activity = try reader.activity(.init(times: 0..<1_000_000_000, steps: 2)).groups
        #expect(activity.map(\.service) == ["shop"])
        #expect(activity[0].requestCount == 100 && activity[0].errorCount == 20)
        #expect(activity[0].requests == [50, 50] && activity[0].errors == [20, 0])
        let median = try #require(activity[0].durations.quantile(0.5))
        #expect(abs(median - 50_000_000) < 2_000_000)
        let edges = try reader.dependencies(times: 0..<1_000_000_000).edges
        #expect(
            edges.map { "\($0.client) \($0.server) \($0.kind.rawValue) \($0.requestCount)" } == [
                "shop carts database 100.0"
            ])
        #expect(try reader.values(of: "attributes.db.system", limit: 5).map(\.value) == ["postgresql"])
    }
}
