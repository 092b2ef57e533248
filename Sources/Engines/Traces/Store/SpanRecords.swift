import Basics
import SignalModel

/// Turns spans and errors into records of the store.
struct SpanRecords {
    private let batch: SpanBatch
    private let names: [String]
    private var log: LogBatch
    private var attributes: Prefixed
    private var resources: Prefixed
    private var scopes: Prefixed
    /// Of each name of the batch the payload of its text in the log batch; 0 until it is asked for.
    private var texts: [UInt64]
    private var shared: [[LogBatch.Field]] = []
    private let own: OwnNames

    /// Numbers of names with a prefix before them, once they are asked for.
    private struct Prefixed {
        let prefix: String
        var numbers: [UInt32]

        mutating func number(_ name: UInt32, _ names: [String], _ log: inout LogBatch) -> UInt32 {
            if numbers[Int(name)] != .max { return numbers[Int(name)] }
            let number = log.number(of: prefix + names[Int(name)])
            numbers[Int(name)] = number
            return number
        }
    }

    private struct OwnNames {
        let spans, errors, trace, span, parent, name, kind, duration, status, statusMessage, weight: UInt32
        let shared, remoteParent, transaction, traceState, events, links, service, environment, version: UInt32
        let scopeName, scopeVersion: UInt32

        init(_ log: inout LogBatch) {
            spans = log.number(of: SpanFields.spansIndex)
            errors = log.number(of: SpanFields.errorsIndex)
            trace = log.number(of: SpanFields.trace)
            span = log.number(of: SpanFields.span)
            parent = log.number(of: SpanFields.parent)
            name = log.number(of: SpanFields.name)
            kind = log.number(of: SpanFields.kind)
            duration = log.number(of: SpanFields.duration)
            status = log.number(of: SpanFields.status)
            statusMessage = log.number(of: SpanFields.statusMessage)
            weight = log.number(of: SpanFields.weight)
            shared = log.number(of: SpanFields.shared)
            remoteParent = log.number(of: SpanFields.remoteParent)
            transaction = log.number(of: SpanFields.transaction)
            traceState = log.number(of: SpanFields.traceState)
            events = log.number(of: SpanFields.events)
            links = log.number(of: SpanFields.links)
            service = log.number(of: SpanFields.service)
            environment = log.number(of: SpanFields.environment)
            version = log.number(of: SpanFields.version)
            scopeName = log.number(of: SpanFields.scopeName)
            scopeVersion = log.number(of: SpanFields.scopeVersion)
        }
    }

    /// The records of a batch that is the document `ordinal` of its queue: sequences grow with it.
    static func records(of batch: SpanBatch, ordinal: UInt64) -> LogBatch {
        var records = SpanRecords(batch)
        records.append(ordinal)
        return records.log
    }

    /// More records of one document than a request can hold.
    private static let recordBits: UInt64 = 24

    private init(_ batch: SpanBatch) {
        self.batch = batch
        names = batch.names
        log = LogBatch(sharing: batch.bytes)
        let unknown = [UInt32](repeating: .max, count: batch.names.count)
        attributes = Prefixed(prefix: SpanFields.attributePrefix, numbers: unknown)
        resources = Prefixed(prefix: SpanFields.resourcePrefix, numbers: unknown)
        scopes = Prefixed(prefix: SpanFields.scopePrefix, numbers: unknown)
        texts = [UInt64](repeating: 0, count: batch.names.count)
        own = OwnNames(&log)
    }

    private mutating func append(_ ordinal: UInt64) {
        shared = batch.resources.map { fields(of: $0) }
        let spans = batch.spans
        // Spans of a trace one after another, so that neighbours in the store came one after another, too.
        let order = spans.indices.sorted {
            let (left, right) = (spans[$0], spans[$1])
            if left.trace != right.trace { return left.trace < right.trace }
            if left.startNanoseconds != right.startNanoseconds {
                return left.startNanoseconds < right.startNanoseconds
            }
            return $0 < $1
        }
        var sequence = ordinal << Self.recordBits
        var trace: (id: TraceID, payload: UInt64)?
        for place in order {
            let span = spans[place]
            if trace?.id != span.trace { trace = (span.trace, log.payload(of: span.trace.hexadecimal)) }
            append(span, trace: trace?.payload ?? 0)
            log.endRecord(timestampNanoseconds: span.startNanoseconds, sequence: sequence, index: own.spans)
            sequence += 1
        }
        var attributes = attributes
        for error in batch.errors {
            ErrorRecord(error, batch).append(to: &log, shared: shared[Int(error.resource)]) { [names] name, log in
                attributes.number(name, names, &log)
            }
            log.endRecord(timestampNanoseconds: error.timeNanoseconds, sequence: sequence, index: own.errors)
            sequence += 1
        }
    }

    private mutating func payload(_ name: UInt32) -> UInt64 {
        if texts[Int(name)] == 0 { texts[Int(name)] = log.payload(of: names[Int(name)]) }
        return texts[Int(name)]
    }

    private mutating func addText(_ field: UInt32, _ name: UInt32) {
        if name != 0 { log.add(field, payload: payload(name)) }
    }

    private mutating func addText(_ field: UInt32, _ range: Range<UInt32>) {
        if !range.isEmpty { log.add(field, payload: UInt64(range.lowerBound) << 32 | UInt64(range.count)) }
    }

    private mutating func fields(of resource: SpanResource) -> [LogBatch.Field] {
        func text(_ field: UInt32, _ payload: UInt64) -> LogBatch.Field {
            LogBatch.Field(name: field, kind: .string, payload: payload, isElement: false)
        }
        var fields = [text(own.service, payload(resource.service))]
        if resource.environment != 0 { fields.append(text(own.environment, payload(resource.environment))) }
        if resource.version != 0 { fields.append(text(own.version, payload(resource.version))) }
        for place in resource.fields {
            var field = batch.fields[Int(place)]
            // They stand there already.
            let name = names[Int(field.name)]
            if name == SpanFields.service || name == SpanFields.version, field.kind == .string { continue }
            field.name = resources.number(field.name, names, &log)
            fields.append(field)
        }
        return fields
    }

    private mutating func append(_ span: Span, trace: UInt64) {
        log.add(own.trace, payload: trace)
        log.add(own.span, string: SpanID(span.id).hexadecimal)
        if span.parent != 0 { log.add(own.parent, string: SpanID(span.parent).hexadecimal) }
        addText(own.name, span.name)
        if span.kind != .unspecified { log.add(own.kind, payload: kindPayload(span.kind)) }
        log.add(own.duration, integer: span.durationNanoseconds)
        if span.status != .unset { log.add(own.status, string: span.status.text) }
        addText(own.statusMessage, span.statusMessage)
        if span.weight != 1 { log.add(own.weight, double: span.weight) }
        if span.flags.contains(.shared) { log.add(own.shared, bool: true) }
        if span.flags.contains(.remoteParent) { log.add(own.remoteParent, bool: true) }
        if span.flags.contains(.transaction) { log.add(own.transaction, bool: true) }
        addText(own.traceState, span.traceState)
        for field in shared[Int(span.resource)] { log.add(field.name, field: field) }
        let scope = batch.scopes[Int(span.scope)]
        addText(own.scopeName, scope.name)
        addText(own.scopeVersion, scope.version)
        for place in scope.fields {
            let field = batch.fields[Int(place)]
            log.add(scopes.number(field.name, names, &log), field: field)
        }
        for place in span.fields {
            let field = batch.fields[Int(place)]
            log.add(attributes.number(field.name, names, &log), field: field)
        }
        if !span.events.isEmpty { log.add(own.events, string: SpanDetails.text(events: span, batch)) }
        if !span.links.isEmpty { log.add(own.links, string: SpanDetails.text(links: span, batch)) }
    }

    private var kinds: [UInt64] = [UInt64](repeating: 0, count: Span.Kind.allCases.count)

    private mutating func kindPayload(_ kind: Span.Kind) -> UInt64 {
        let place = Int(kind.rawValue)
        if kinds[place] == 0 { kinds[place] = log.payload(of: kind.text) }
        return kinds[place]
    }
}

extension Span.Kind {
    package var text: String {
        switch self {
        case .unspecified: "unspecified"
        case .internal: "internal"
        case .server: "server"
        case .client: "client"
        case .producer: "producer"
        case .consumer: "consumer"
        }
    }

    package init(text: String) {
        self = Self.allCases.first { $0.text == text } ?? .unspecified
    }
}

extension Span.Status {
    package var text: String {
        switch self {
        case .unset: "unset"
        case .ok: "ok"
        case .error: "error"
        }
    }

    package init(text: String) { self = Self.allCases.first { $0.text == text } ?? .unset }
}
