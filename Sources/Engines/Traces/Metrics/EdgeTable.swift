import Basics
import SignalModel

/// Calls between services: a client's span and the server's that has it as its parent, or shares its id; producers and
/// consumers likewise; databases by what their clients say.
struct EdgeTable: Sendable {
    struct Key: Hashable, Sendable {
        var client: String
        var server: String
        /// Empty for a call, `messaging_system` or `database`.
        var connection: String
    }

    /// Where the two sides of a call meet.
    struct Meeting: Hashable, Sendable {
        var trace: TraceID
        var span: UInt64
    }

    struct Side: Sendable {
        var service: String
        var span: Span
        var isMessage: Bool
        /// Another one has come.
        var isPaired: Bool
        var deadline: Timestamp
    }

    struct Totals: Sendable {
        var failed = 0.0
        var seenAt: Timestamp
        var start = SeriesStart.fresh
    }

    private let settings: SpanMetricsSettings
    var numbers: [Key: Int] = [:]
    var keys: [Key] = []
    var totals: [Totals] = []
    var serverDurations: DurationCounts
    var clientDurations: DurationCounts
    var clients: [Meeting: Side] = [:]
    var servers: [Meeting: [Side]] = [:]
    /// In the order of their deadlines.
    var waiting: [(meeting: Meeting, deadline: Timestamp)] = []
    private var firstWaiting = 0
    /// No cut was made since it was read from a checkpoint.
    var isRestored = false
    var unpairedCount: UInt64 = 0
    var droppedCount: UInt64 = 0

    init(_ settings: SpanMetricsSettings) {
        self.settings = settings
        serverDurations = DurationCounts(settings)
        clientDurations = DurationCounts(settings)
    }

    var count: Int { keys.count }

    mutating func repeatStarts() { isRestored = true }

    mutating func add(_ span: Span, _ batch: SpanBatch, _ numbers: inout BatchNumbers, _ now: Timestamp) {
        switch span.kind {
        case .client, .producer:
            let service = batch.service(of: span)
            if span.kind == .client, let system = numbers.text(numbers.databaseSystems, of: span, batch) {
                let name = numbers.text(numbers.databaseNames, of: span, batch) ?? system
                let edge = self.edge(Key(client: service, server: name, connection: "database"), now)
                clientDurations.add(edge, span)
                serverDurations.add(edge, span)
                if span.status == .error { totals[edge].failed += span.weight }
                return
            }
            let meeting = Meeting(trace: span.trace, span: span.id)
            let side = Side(
                service: service, span: span, isMessage: span.kind == .producer, isPaired: false,
                deadline: now + settings.waitingTime)
            let waiting = servers.removeValue(forKey: meeting) ?? []
            for server in waiting { pair(side, server, now) }
            keep(client: side, meeting, isPaired: !waiting.isEmpty)
        case .server, .consumer:
            guard span.parent != 0 || span.flags.contains(.shared) else { return }
            let meeting = Meeting(trace: span.trace, span: span.flags.contains(.shared) ? span.id : span.parent)
            let side = Side(
                service: batch.service(of: span), span: span, isMessage: span.kind == .consumer, isPaired: false,
                deadline: now + settings.waitingTime)
            if let client = clients[meeting] {
                pair(client, side, now)
                clients[meeting]?.isPaired = true
            } else {
                keep(server: side, meeting)
            }
        case .unspecified, .internal: return
        }
    }

    private var hasRoom: Bool { waiting.count - firstWaiting < settings.waitingMax }

    private mutating func keep(client side: Side, _ meeting: Meeting, isPaired: Bool) {
        guard hasRoom else {
            if !isPaired { droppedCount += 1 }
            return
        }
        var side = side
        side.isPaired = isPaired
        clients[meeting] = side
        waiting.append((meeting, side.deadline))
    }

    private mutating func keep(server side: Side, _ meeting: Meeting) {
        guard hasRoom else {
            droppedCount += 1
            return
        }
        servers[meeting, default: []].append(side)
        waiting.append((meeting, side.deadline))
    }

    /// Sides that have waited long enough are counted as unpaired.
    mutating func expire(_ now: Timestamp) {
        while firstWaiting < waiting.count, waiting[firstWaiting].deadline <= now {
            let meeting = waiting[firstWaiting].meeting
            firstWaiting += 1
            if let client = clients[meeting], client.deadline <= now {
                if !client.isPaired { unpairedCount += 1 }
                clients[meeting] = nil
            }
            if var sides = servers[meeting] {
                let count = sides.count
                sides.removeAll { $0.deadline <= now }
                unpairedCount += UInt64(count - sides.count)
                servers[meeting] = sides.isEmpty ? nil : sides
            }
        }
        if firstWaiting > 1024, firstWaiting * 2 > waiting.count {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    private mutating func pair(_ client: Side, _ server: Side, _ now: Timestamp) {
        let isMessage = client.isMessage || server.isMessage
        let edge = edge(
            Key(
                client: client.service, server: server.service, connection: isMessage ? "messaging_system" : ""), now)
        clientDurations.add(edge, client.span)
        serverDurations.add(edge, server.span)
        if client.span.status == .error || server.span.status == .error { totals[edge].failed += server.span.weight }
    }

    private mutating func edge(_ key: Key, _ now: Timestamp) -> Int {
        var key = key
        if numbers[key] == nil, keys.count >= settings.edgesMax {
            key = Key(client: CallTable.other, server: CallTable.other, connection: "")
        }
        if let known = numbers[key] {
            totals[known].seenAt = now
            return known
        }
        numbers[key] = keys.count
        keys.append(key)
        totals.append(Totals(seenAt: now))
        serverDurations.addSeries()
        clientDurations.addSeries()
        return keys.count - 1
    }

    mutating func dropIdle(_ now: Timestamp) {
        var edge = 0
        while edge < keys.count {
            guard now - totals[edge].seenAt > settings.idleTime else {
                edge += 1
                continue
            }
            let last = keys.count - 1
            numbers[keys[edge]] = nil
            serverDurations.removeSeries(edge)
            clientDurations.removeSeries(edge)
            keys.swapAt(edge, last)
            totals.swapAt(edge, last)
            keys.removeLast()
            totals.removeLast()
            if edge < keys.count { numbers[keys[edge]] = edge }
        }
    }

    mutating func write(to samples: inout SampleBatch, at now: Timestamp, before: Timestamp) {
        for edge in keys.indices {
            let key = keys[edge]
            let labels = SeriesLabels([
                (name: "client", value: key.client), (name: "connection_type", value: key.connection),
                (name: "server", value: key.server),
            ])
            let zeroAt = totals[edge].start.next(before: before, isRestored: isRestored)
            let times = zeroAt.map { [$0, now] } ?? [now]
            let counts = [
                ("traces_service_graph_request_total", serverDurations.count(of: edge)),
                ("traces_service_graph_request_failed_total", totals[edge].failed),
            ]
            for (name, value) in counts {
                labels.write(name, to: &samples)
                for time in times.dropLast() { samples.append(Sample(timestamp: time, value: 0)) }
                samples.append(Sample(timestamp: now, value: value))
            }
            serverDurations.write(
                edge, labels, name: "traces_service_graph_request_server_seconds", to: &samples, at: times)
            clientDurations.write(
                edge, labels, name: "traces_service_graph_request_client_seconds", to: &samples, at: times)
        }
        isRestored = false
        for (name, value) in [
            ("traces_service_graph_unpaired_spans_total", unpairedCount),
            ("traces_service_graph_dropped_spans_total", droppedCount),
        ] {
            SeriesLabels([]).write(name, to: &samples)
            samples.append(Sample(timestamp: now, value: Double(value)))
        }
    }
}
