import SignalModel

/// Elastic APM's intake v2 (elastic.co, "APM Server API", events intake): lines of JSON, the first of them who sends,
/// then transactions, spans, errors, metric sets and logs.
///
/// A line that is not valid is refused by itself. Lines come one after another, `take` gives what they came to since
/// it was last called.
package struct IntakeDecoder: Sendable {
    /// A longer line is refused.
    package static let lineBytesMax = 307_200
    /// Of a refused line in its problem.
    static let documentBytesMax = 1024

    let receivedNanoseconds: Int64
    let limits: SpanLimits
    let forced: ForcedResourceLabels
    let maxima: IntakeMaxima
    var events = IntakeEvents()
    var fields: SpanFields
    /// Nil before the first line.
    private(set) var metadata: IntakeMetadata?
    private var names: SpanResourceNames?
    /// Of the batch under way, by what an event says of its service beyond the metadata.
    private var resources: [[String]: UInt32] = [:]
    /// The metadata was refused: nothing behind it can be taken.
    package private(set) var isRefused = false

    package init(
        receivedNanoseconds: Int64, forced: ForcedResourceLabels = .none, limits: SpanLimits = SpanLimits(),
        maxima: IntakeMaxima = IntakeMaxima()
    ) {
        self.receivedNanoseconds = receivedNanoseconds
        self.forced = forced
        self.limits = limits
        self.maxima = maxima
        fields = SpanFields(limits)
    }

    /// Takes one line, without its end.
    package mutating func line(_ line: UnsafeRawBufferPointer) throws(IntakeProblem) {
        guard line.contains(where: { $0 > 0x20 }) else { return }
        guard line.count <= Self.lineBytesMax else {
            throw IntakeProblem("event exceeded the permitted size.", document: Self.beginning(of: line))
        }
        let mark = events.batch.mark
        let counts = (events.logs.count, events.metrics.count)
        do throws(IntakeProblem) {
            try read(line)
        } catch {
            events.batch.drop(since: mark)
            events.logs.removeSubrange(counts.0...)
            events.metrics.removeSubrange(counts.1...)
            throw IntakeProblem(error.message, document: Self.beginning(of: line))
        }
    }

    /// The rest of a line that is too long to be held, by its beginning.
    package static func tooLong(_ beginning: UnsafeRawBufferPointer) -> IntakeProblem {
        IntakeProblem("event exceeded the permitted size.", document: Self.beginning(of: beginning))
    }

    /// What came since the last call.
    package mutating func take() -> IntakeEvents {
        defer {
            events = IntakeEvents()
            names = nil
            resources = [:]
        }
        return events
    }

    private mutating func read(_ line: UnsafeRawBufferPointer) throws(IntakeProblem) {
        let object: DocumentObject
        do throws(WireFormatError) { object = try DocumentReader.object(line) } catch {
            if metadata == nil { isRefused = true }
            throw IntakeProblem("decode error: \(error)")
        }
        guard let member = object.members.first else { throw IntakeProblem("did not recognize object type: \"\"") }
        guard let event = member.value.object else {
            throw IntakeProblem("decode error: \(member.name) is \(member.value.kindName), not an object")
        }
        guard metadata != nil else {
            isRefused = true
            guard member.name == "metadata" else { throw IntakeProblem("validation error: 'metadata' required") }
            metadata = try IntakeMetadata(event)
            isRefused = false
            return
        }
        switch member.name {
        case "transaction": try readTransaction(event)
        case "span": try readSpan(event)
        case "error": try readError(event)
        case "metricset": try readMetricSet(event)
        case "log": try readLog(event)
        case "metadata": throw IntakeProblem("validation error: 'metadata' may stand in the first line only")
        default: throw IntakeProblem("did not recognize object type: \"\(member.name.prefix(64))\"")
        }
    }

    /// The resource of an event, which may say more of its service than the metadata does.
    mutating func resource(_ event: DocumentObject) -> UInt32 {
        let service = event.value("context", "service")?.object
        let key = ["name", "version", "environment"].map { service?[$0]?.string ?? "" }
        if let known = resources[key] { return known }
        let names = self.names ?? SpanResourceNames(&events.batch, forced)
        self.names = names
        let start = events.batch.fieldsEnd
        for (name, value) in metadata?.attributes ?? [] {
            let own =
                switch name {
                case "service.name": key[0]
                case "service.version": key[1]
                case SpanResourceNames.environmentName: key[2]
                default: ""
                }
            fields.add(name, own.isEmpty ? value : .string(own), to: &events.batch)
        }
        let number = names.finish(&events.batch, since: start, nameBytesMax: limits.nameBytesMax)
        resources[key] = number
        return number
    }

    static func beginning(of line: UnsafeRawBufferPointer) -> String {
        String(decoding: SpanText.cut(line, to: documentBytesMax), as: UTF8.self)
    }
}

/// How much one event may hold; one with more is refused.
package struct IntakeMaxima: Sendable, Hashable {
    package var frames = 512
    package var samples = 1000

    package init() {}
}
