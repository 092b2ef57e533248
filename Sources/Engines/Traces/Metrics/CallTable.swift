import Basics
import SignalModel

/// Requests, errors and durations by service, operation, kind, status and environment.
struct CallTable: Sendable {
    struct Key: Hashable, Sendable {
        var service: String
        var operation: String
        var environment: String
        var kind: Span.Kind
        var status: Span.Status
    }

    private struct Service: Hashable, Sendable {
        var name: String
        var environment: String
    }

    static let other = "other"

    private let settings: SpanMetricsSettings
    private var numbers: [Key: Int] = [:]
    private var keys: [Key] = []
    private var durations: DurationCounts
    private var seenAt: [Timestamp] = []
    private var starts: [SeriesStart] = []
    /// No cut was made since it was read from a checkpoint.
    private var isRestored = false
    private var operations: [Service: Set<String>] = [:]
    private var services: Set<String> = []
    /// Spans that count as `other`.
    private(set) var overflowCount: UInt64 = 0

    init(_ settings: SpanMetricsSettings) {
        self.settings = settings
        durations = DurationCounts(settings)
    }

    var count: Int { keys.count }

    mutating func add(_ span: Span, _ batch: SpanBatch, _ numbers: inout BatchNumbers, _ now: Timestamp) {
        let batchKey = BatchNumbers.key(span)
        let series: Int
        if let known = numbers.series[batchKey] {
            series = known
            if keys[series].operation == Self.other, batch.name(of: span) != Self.other { overflowCount += 1 }
        } else {
            series = self.series(of: span, batch, now)
            numbers.series[batchKey] = series
        }
        seenAt[series] = now
        durations.add(series, span)
    }

    private mutating func series(of span: Span, _ batch: SpanBatch, _ now: Timestamp) -> Int {
        let resource = batch.resource(of: span)
        var key = Key(
            service: batch.name(resource.service), operation: batch.name(of: span),
            environment: batch.name(resource.environment), kind: span.kind, status: span.status)
        if let known = numbers[key] { return known }
        if !services.contains(key.service), services.count >= settings.servicesMax {
            (key.service, key.environment, key.operation) = (Self.other, "", Self.other)
            overflowCount += 1
        } else {
            let service = Service(name: key.service, environment: key.environment)
            if operations[service]?.contains(key.operation) != true,
                operations[service]?.count ?? 0 >= settings.operationsOfServiceMax
            {
                key.operation = Self.other
                overflowCount += 1
            }
        }
        if let known = numbers[key] { return known }
        if keys.count >= settings.seriesMax {
            overflowCount += 1
            (key.service, key.environment, key.operation) = (Self.other, "", Self.other)
            if let known = numbers[key] { return known }
        }
        return add(key, now)
    }

    private mutating func add(_ key: Key, _ now: Timestamp) -> Int {
        services.insert(key.service)
        operations[Service(name: key.service, environment: key.environment), default: []].insert(key.operation)
        numbers[key] = keys.count
        keys.append(key)
        seenAt.append(now)
        starts.append(.fresh)
        durations.addSeries()
        return keys.count - 1
    }

    mutating func dropIdle(_ now: Timestamp) {
        var series = 0
        while series < keys.count {
            guard now - seenAt[series] > settings.idleTime else {
                series += 1
                continue
            }
            let last = keys.count - 1
            numbers[keys[series]] = nil
            durations.removeSeries(series)
            keys.swapAt(series, last)
            seenAt.swapAt(series, last)
            starts.swapAt(series, last)
            keys.removeLast()
            seenAt.removeLast()
            starts.removeLast()
            if series < keys.count { numbers[keys[series]] = series }
        }
        services = Set(keys.map(\.service))
        operations = [:]
        for key in keys {
            operations[Service(name: key.service, environment: key.environment), default: []].insert(key.operation)
        }
    }

    mutating func write(to samples: inout SampleBatch, at now: Timestamp, before: Timestamp) {
        for series in keys.indices {
            let key = keys[series]
            let labels = SeriesLabels([
                (name: "environment", value: key.environment), (name: "service", value: key.service),
                (name: "span_kind", value: "SPAN_KIND_" + key.kind.text.uppercased()),
                (name: "span_name", value: key.operation),
                (name: "status_code", value: "STATUS_CODE_" + key.status.text.uppercased()),
            ])
            let zeroAt = starts[series].next(before: before, isRestored: isRestored)
            let times = zeroAt.map { [$0, now] } ?? [now]
            labels.write("traces_spanmetrics_calls_total", to: &samples)
            for time in times.dropLast() { samples.append(Sample(timestamp: time, value: 0)) }
            samples.append(Sample(timestamp: now, value: durations.count(of: series)))
            durations.write(
                series, labels, name: "traces_spanmetrics_latency", to: &samples, at: times)
        }
        isRestored = false
    }

    mutating func repeatStarts() { isRestored = true }

    // MARK: Checkpoint

    func write(to writer: inout CheckpointWriter) {
        writer.append(overflowCount)
        writer.append(UInt64(keys.count))
        for series in keys.indices {
            let key = keys[series]
            writer.append(key.service)
            writer.append(key.operation)
            writer.append(key.environment)
            writer.append(UInt64(key.kind.rawValue))
            writer.append(UInt64(key.status.rawValue))
            writer.append(UInt64(bitPattern: seenAt[series].milliseconds))
            writer.append(starts[series].number)
            durations.write(series, to: &writer)
        }
    }

    mutating func read(_ reader: inout CheckpointReader, hasNative: Bool) throws(CheckpointError) {
        isRestored = true
        overflowCount = try reader.number()
        for _ in 0..<(try reader.count()) {
            let key = Key(
                service: try reader.text(), operation: try reader.text(), environment: try reader.text(),
                kind: Span.Kind(rawValue: UInt8(truncatingIfNeeded: try reader.number())) ?? .unspecified,
                status: Span.Status(rawValue: UInt8(truncatingIfNeeded: try reader.number())) ?? .unset)
            let time = Timestamp(milliseconds: Int64(bitPattern: try reader.number()))
            let start = SeriesStart(number: try reader.number())
            guard numbers[key] == nil else { throw CheckpointError("a series twice") }
            services.insert(key.service)
            operations[Service(name: key.service, environment: key.environment), default: []].insert(key.operation)
            numbers[key] = keys.count
            keys.append(key)
            seenAt.append(time)
            starts.append(start)
            try durations.read(&reader, hasNative: hasNative)
        }
    }
}
