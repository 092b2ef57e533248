package import SignalModel

/// Zipkin's spans (zipkin.io, "Zipkin API", `POST /api/v2/spans`), a JSON array, as a batch of spans.
///
/// A span that is not valid is left out and reported; the JSON must be whole.
package struct ZipkinDecoder {
    private let message: UnsafeRawBufferPointer
    private let receivedNanoseconds: Int64
    private let limits: SpanLimits
    private var fields: SpanFields
    private var batch = SpanBatch()
    private let names: SpanResourceNames
    /// By service and its address.
    private var resources: [[String]: UInt32] = [:]

    /// What a span says that is not right.
    private struct Problem: Error {
        var text: String
        init(_ text: String) { self.text = text }
    }

    package init(
        _ message: UnsafeRawBufferPointer, receivedNanoseconds: Int64, forced: ForcedResourceLabels = .none,
        limits: SpanLimits = SpanLimits()
    ) {
        self.message = message
        self.receivedNanoseconds = receivedNanoseconds
        self.limits = limits
        fields = SpanFields(limits)
        names = SpanResourceNames(&batch, forced)
    }

    /// Throws at the byte of the document that is wrong.
    package consuming func decode() throws(WireFormatError) -> (batch: SpanBatch, report: SpanReport) {
        var report = SpanReport()
        var elements = JSONArrayElements(message)
        while let value = try elements.next() {
            let mark = batch.mark
            do throws(Problem) {
                guard let object = value.object else { throw Problem("\(value.kindName) where a span was expected") }
                try read(object)
                report.accepted += 1
            } catch {
                batch.drop(since: mark)
                report.reject("[\(elements.index)]", error.text)
            }
        }
        for _ in 0..<fields.cut { report.noteCut(limits.textBytesMax) }
        return (batch, report)
    }

    private mutating func read(_ object: DocumentObject) throws(Problem) {
        let trace = try Self.trace(object)
        guard let id = try Self.id(object, "id") else { throw Problem("id is missing: 16 hexadecimal digits") }
        let resource = resource(object)
        let start = try nanoseconds(object, "timestamp")
        var span = Span(
            trace: trace, id: id, startNanoseconds: start ?? receivedNanoseconds,
            name: fields.number(object["name"]?.string ?? "", &batch), resource: resource)
        span.parent = try Self.id(object, "parentId") ?? 0
        span.durationNanoseconds = try nanoseconds(object, "duration") ?? 0
        switch object["kind"]?.string?.uppercased() {
        case "CLIENT": span.kind = .client
        case "SERVER": span.kind = .server
        case "PRODUCER": span.kind = .producer
        case "CONSUMER": span.kind = .consumer
        default: break
        }
        if object["shared"]?.bool == true { span.flags.insert(.shared) }
        try readAnnotations(object, &span, hasStart: start != nil)
        try readTags(object, &span)
        batch.append(span)
    }

    private mutating func readTags(_ object: DocumentObject, _ span: inout Span) throws(Problem) {
        let start = batch.fieldsEnd
        if let value = object.value("tags") {
            guard let tags = value.object else { throw Problem("tags is \(value.kindName), not an object of texts") }
            guard tags.count <= limits.fieldsMax else { throw Problem("more than \(limits.fieldsMax) tags") }
            for tag in tags.members {
                guard let text = tag.value.scalarText else {
                    throw Problem("tags.\(tag.name) is \(tag.value.kindName), not a text")
                }
                // What `error` says, if not that there is none, is the status.
                if tag.name == "error", text != "false" {
                    span.status = .error
                    if text != "true", !text.isEmpty { span.statusMessage = batch.text(fields.text(text)) }
                } else if tag.name == "otel.status_code" {
                    if text.uppercased() == "ERROR" { span.status = .error }
                    if text.uppercased() == "OK" { span.status = .ok }
                }
                fields.add(tag.name, text: text, to: &batch)
            }
        }
        fields.add("peer.service", object.value("remoteEndpoint", "serviceName"), to: &batch)
        let address = object.value("remoteEndpoint", "ipv4") ?? object.value("remoteEndpoint", "ipv6")
        fields.add("network.peer.address", address, to: &batch)
        fields.add("network.peer.port", object.value("remoteEndpoint", "port"), to: &batch)
        span.fields = start..<batch.fieldsEnd
        if Int(span.fields.count) > limits.fieldsMax { throw Problem("more than \(limits.fieldsMax) attributes") }
    }

    private mutating func readAnnotations(
        _ object: DocumentObject, _ span: inout Span, hasStart: Bool
    ) throws(Problem) {
        guard let value = object.value("annotations") else { return }
        guard let annotations = value.elements else {
            throw Problem("annotations is \(value.kindName), not an array")
        }
        guard annotations.count <= limits.eventsMax else {
            throw Problem("more than \(limits.eventsMax) annotations")
        }
        let first = batch.eventsEnd
        for annotation in annotations {
            guard let annotation = annotation.object, let time = try nanoseconds(annotation, "timestamp"),
                let text = annotation["value"]?.string
            else { throw Problem("annotations: each has a timestamp and a value") }
            if !hasStart, batch.eventsEnd == first { span.startNanoseconds = time }
            let name = fields.number(text, &batch)
            batch.append(SpanEvent(timeNanoseconds: time, name: name, fields: 0..<0))
        }
        span.events = first..<batch.eventsEnd
    }

    // MARK: Parts

    private mutating func resource(_ object: DocumentObject) -> UInt32 {
        let service = object.value("localEndpoint", "serviceName")?.string ?? ""
        let address =
            (object.value("localEndpoint", "ipv4") ?? object.value("localEndpoint", "ipv6"))?.string ?? ""
        if let known = resources[[service, address]] { return known }
        let start = batch.fieldsEnd
        fields.add("service.name", text: service, to: &batch)
        fields.add("host.ip", text: address, to: &batch)
        let number = names.finish(&batch, since: start, nameBytesMax: limits.nameBytesMax)
        resources[[service, address]] = number
        return number
    }

    private static func trace(_ object: DocumentObject) throws(Problem) -> TraceID {
        guard let value = object.value("traceId") else {
            throw Problem("traceId is missing: 16 or 32 hexadecimal digits")
        }
        guard let text = value.string, let id = TraceID(hexadecimal: text.utf8), !id.isNone else {
            throw Problem("traceId must be 16 or 32 hexadecimal digits that are not all zero")
        }
        return id
    }

    private static func id(_ object: DocumentObject, _ name: String) throws(Problem) -> UInt64? {
        guard let value = object.value(name) else { return nil }
        guard let text = value.string, let id = SpanID(hexadecimal: text.utf8), id.number != 0 else {
            throw Problem("\(name) must be 16 hexadecimal digits that are not all zero")
        }
        return id.number
    }

    /// Of microseconds.
    private func nanoseconds(_ object: DocumentObject, _ name: String) throws(Problem) -> Int64? {
        guard let value = object.value(name) else { return nil }
        if case .integer(let microseconds) = value {
            let (nanoseconds, isOver) = microseconds.multipliedReportingOverflow(by: 1000)
            guard !isOver else { throw Problem("\(name) is past the year 2262, in microseconds") }
            return nanoseconds
        }
        guard case .double(let microseconds) = value,
            let nanoseconds = Int64(exactly: (microseconds * 1000).rounded())
        else { throw Problem("\(name) must be a whole number of microseconds") }
        return nanoseconds
    }
}
