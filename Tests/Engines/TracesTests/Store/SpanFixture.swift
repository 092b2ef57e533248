import Basics
import Logs
import SignalModel
import TestKit
import Traces

/// Builds batches of spans by hand.
struct SpanFixture {
    var batch = SpanBatch()
    private var resources: [String: UInt32] = [:]

    mutating func resource(_ service: String, environment: String = "", version: String = "", host: String = "")
        -> UInt32
    {
        let key = [service, environment, version, host].joined(separator: "|")
        if let known = resources[key] { return known }
        let start = batch.fieldsEnd
        batch.add(batch.number(of: "service.name"), string: service)
        if !version.isEmpty { batch.add(batch.number(of: "service.version"), string: version) }
        if !environment.isEmpty { batch.add(batch.number(of: "deployment.environment.name"), string: environment) }
        if !host.isEmpty { batch.add(batch.number(of: "host.name"), string: host) }
        let made = batch.append(
            SpanResource(
                service: batch.number(of: service), environment: batch.number(of: environment),
                version: batch.number(of: version), fields: start..<batch.fieldsEnd))
        resources[key] = made
        return made
    }

    /// Times in milliseconds.
    @discardableResult
    mutating func add(
        trace: UInt64 = 1, _ id: UInt64, parent: UInt64 = 0, _ name: String = "work", service: String = "shop",
        environment: String = "", host: String = "", kind: Span.Kind = .internal, status: Span.Status = .unset,
        at start: Int64 = 0, duration: Int64 = 1, weight: Double = 1, flags: Span.Flags = [],
        _ attributes: [(String, String)] = []
    ) -> Span {
        var span = Span(
            trace: TraceID(high: 0xabcd, low: trace), id: id, startNanoseconds: start * 1_000_000,
            name: batch.number(of: name),
            resource: resource(service, environment: environment, host: host))
        span.parent = parent
        span.durationNanoseconds = duration * 1_000_000
        span.kind = kind
        span.status = status
        span.weight = weight
        span.flags = flags
        let first = batch.fieldsEnd
        for (name, value) in attributes {
            if let number = Int64(value) {
                batch.add(batch.number(of: name), integer: number)
            } else {
                batch.add(batch.number(of: name), string: value)
            }
        }
        span.fields = first..<batch.fieldsEnd
        batch.append(span)
        return span
    }

    /// Reads a store in memory that has this batch alone.
    static func reader(_ batch: SpanBatch) throws -> TraceReader {
        let store = TraceStore(
            try LogStore(
                directory: "traces", fileSystem: MemoryFileSystem(randomness: SeededRandomness(seed: 1)),
                settings: TraceStore.settings(retention: nil)))
        try store.append(batch, through: 1)
        return TraceReader(store)
    }
}
