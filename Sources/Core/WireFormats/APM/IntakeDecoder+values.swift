import SignalModel

/// Parts that several kinds of events have.
extension IntakeDecoder {
    static func trace(_ event: DocumentObject, _ kind: String) throws(IntakeProblem) -> TraceID? {
        guard let value = event.value("trace_id") else { return nil }
        guard let text = value.string, let id = TraceID(hexadecimal: text.utf8), !id.isNone else {
            throw .invalid("trace_id", in: kind, "must be 32 hexadecimal digits that are not all zero")
        }
        return id
    }

    static func id(_ event: DocumentObject, _ name: String, _ kind: String) throws(IntakeProblem) -> UInt64? {
        guard let value = event.value(name) else { return nil }
        guard let text = value.string, let id = SpanID(hexadecimal: text.utf8), id.number != 0 else {
            throw .invalid(name, in: kind, "must be 16 hexadecimal digits that are not all zero")
        }
        return id.number
    }

    static func text(_ event: DocumentObject, _ name: String, _ kind: String) throws(IntakeProblem) -> String {
        guard let value = event.value(name) else { throw .missing(name, in: kind) }
        guard let text = value.string else { throw .invalid(name, in: kind, "must be a text") }
        return text
    }

    /// Microseconds since 1970; absent is when it was received.
    func time(_ event: DocumentObject, _ kind: String) throws(IntakeProblem) -> Int64 {
        guard let value = event.value("timestamp") else { return receivedNanoseconds }
        guard let number = value.number, let nanoseconds = Int64(exactly: (number * 1000).rounded()) else {
            throw .invalid("timestamp", in: kind, "must be microseconds since 1970")
        }
        if case .integer(let microseconds) = value { return microseconds &* 1000 }
        return nanoseconds
    }

    /// Milliseconds, which may have a fraction and be negative.
    static func duration(_ event: DocumentObject, _ name: String, _ kind: String) throws(IntakeProblem) -> Int64? {
        guard let value = event.value(name) else { return nil }
        guard let number = value.number, let nanoseconds = Int64(exactly: (number * 1e6).rounded()) else {
            throw .invalid(name, in: kind, "must be a number of milliseconds")
        }
        return nanoseconds
    }

    static func status(_ event: DocumentObject) -> Span.Status {
        switch event.value("outcome")?.string {
        case "success": .ok
        case "failure": .error
        default: .unset
        }
    }

    static func weight(_ event: DocumentObject) -> Double {
        SamplingWeight.of(rate: event.value("sample_rate")?.number ?? 1)
    }

    /// What OpenTelemetry's API told the agent.
    mutating func readOTel(_ event: DocumentObject, _ span: inout Span) {
        switch event.value("otel", "span_kind")?.string?.uppercased() {
        case "SERVER": span.kind = .server
        case "CLIENT": span.kind = .client
        case "PRODUCER": span.kind = .producer
        case "CONSUMER": span.kind = .consumer
        case "INTERNAL": span.kind = .internal
        default: break
        }
        for member in event.value("otel", "attributes")?.object?.members ?? [] {
            fields.add(member.name, member.value, to: &events.batch)
        }
    }

    mutating func readLinks(_ event: DocumentObject, _ span: inout Span, _ kind: String) throws(IntakeProblem) {
        let first = events.batch.linksEnd
        let links = event.value("links")?.elements ?? []
        guard links.count <= limits.eventsMax else {
            throw .invalid("links", in: kind, "are more than \(limits.eventsMax)")
        }
        for link in links {
            guard let link = link.object, let trace = try Self.trace(link, "\(kind): link"),
                let id = try Self.id(link, "span_id", "\(kind): link")
            else { throw .invalid("links", in: kind, "must each have a trace_id and a span_id") }
            events.batch.append(SpanLink(trace: trace, span: id, fields: 0..<0, traceState: 0..<0))
        }
        span.links = first..<events.batch.linksEnd
    }

    func checkFields(_ fields: Range<UInt32>, _ kind: String) throws(IntakeProblem) {
        guard fields.count > limits.fieldsMax else { return }
        throw IntakeProblem("validation error: \(kind): more than \(limits.fieldsMax) attributes")
    }

    mutating func readFrames(_ value: DocumentValue?, _ kind: String) throws(IntakeProblem) -> Range<UInt32> {
        let first = events.batch.framesEnd
        let frames = value?.elements ?? []
        guard frames.count <= maxima.frames else {
            throw .invalid("stacktrace", in: kind, "has more than \(maxima.frames) frames")
        }
        for frame in frames {
            guard let frame = frame.object else { throw .invalid("stacktrace", in: kind, "must hold objects") }
            let module = frame.value("module")?.string ?? frame.value("classname")?.string ?? ""
            let file = frame.value("filename")?.string ?? frame.value("abs_path")?.string ?? ""
            let function = fields.number(frame.value("function")?.string ?? "", &events.batch)
            events.batch.append(
                StackFrame(
                    function: function, module: fields.number(module, &events.batch),
                    file: fields.number(file, &events.batch), line: Self.count(frame.value("lineno")),
                    column: Self.count(frame.value("colno")),
                    isLibrary: frame.value("library_frame")?.bool ?? false))
        }
        return first..<events.batch.framesEnd
    }

    private static func count(_ value: DocumentValue?) -> UInt32 {
        guard case .integer(let integer) = value else { return 0 }
        return UInt32(clamping: integer)
    }
}
