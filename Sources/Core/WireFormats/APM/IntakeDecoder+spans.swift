import SignalModel

extension IntakeDecoder {
    mutating func readTransaction(_ event: DocumentObject) throws(IntakeProblem) {
        let kind = "transaction"
        guard let id = try Self.id(event, "id", kind) else { throw .missing("id", in: kind) }
        guard let trace = try Self.trace(event, kind) else { throw .missing("trace_id", in: kind) }
        let type = try Self.text(event, "type", kind)
        guard event.value("span_count")?.object != nil else { throw .missing("span_count", in: kind) }
        guard let duration = try Self.duration(event, "duration", kind) else { throw .missing("duration", in: kind) }
        let parent = try Self.id(event, "parent_id", kind)
        let time = try time(event, kind)
        events.report.accepted += 1
        // One that stands for nothing: those that were sampled stand for it.
        if event.value("sampled")?.bool == false { return }
        var span = Span(
            trace: trace, id: id, startNanoseconds: time,
            name: fields.number(event.value("name")?.string ?? "", &events.batch), resource: resource(event))
        span.parent = parent ?? 0
        span.durationNanoseconds = duration
        span.weight = Self.weight(event)
        span.flags = parent == nil ? .transaction : [.transaction, .remoteParent]
        span.kind =
            switch type {
            case "request": .server
            case "messaging": .consumer
            default: .internal
            }
        span.status = Self.status(event)
        let start = events.batch.fieldsEnd
        fields.add("transaction.type", text: type, to: &events.batch)
        fields.add("transaction.result", event.value("result"), to: &events.batch)
        fields.add("transaction.dropped_spans", event.value("span_count", "dropped"), to: &events.batch)
        fields.add("session.id", event.value("session", "id"), to: &events.batch)
        fields.add("faas", event.value("faas"), to: &events.batch)
        fields.add("transaction.marks", event.value("marks"), to: &events.batch)
        try finish(event, &span, since: start, kind)
        setStatus(&span)
        events.batch.append(span)
    }

    mutating func readSpan(_ event: DocumentObject) throws(IntakeProblem) {
        let kind = "span"
        guard let id = try Self.id(event, "id", kind) else { throw .missing("id", in: kind) }
        guard let trace = try Self.trace(event, kind) else { throw .missing("trace_id", in: kind) }
        guard let parent = try Self.id(event, "parent_id", kind) else { throw .missing("parent_id", in: kind) }
        let name = try Self.text(event, "name", kind)
        let type = try Self.text(event, "type", kind)
        guard let duration = try Self.duration(event, "duration", kind) else { throw .missing("duration", in: kind) }
        var time = try time(event, kind)
        if event.value("timestamp") == nil {
            // Browsers tell when it began since their transaction did, which was about now.
            guard let start = try Self.duration(event, "start", kind) else { throw .missing("timestamp", in: kind) }
            time = time &+ start
        }
        var span = Span(
            trace: trace, id: id, startNanoseconds: time, name: fields.number(name, &events.batch),
            resource: resource(event))
        span.parent = parent
        span.durationNanoseconds = duration
        span.weight = Self.weight(event)
        span.status = Self.status(event)
        let parts = type.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let subtype = event.value("subtype")?.string ?? (parts.count > 1 ? parts[1] : "")
        let action = event.value("action")?.string ?? (parts.count > 2 ? parts[2] : "")
        span.kind = Self.kind(of: parts[0], action, event)
        let start = events.batch.fieldsEnd
        fields.add("span.type", text: parts[0], to: &events.batch)
        fields.add("span.subtype", text: subtype, to: &events.batch)
        fields.add("span.action", text: action, to: &events.batch)
        fields.add("span.composite", event.value("composite"), to: &events.batch)
        if let frames = event.value("stacktrace")?.elements, frames.count <= maxima.frames {
            fields.add("code.stacktrace", text: Self.text(of: frames), to: &events.batch)
        }
        try finish(event, &span, since: start, kind)
        events.batch.append(span)
    }

    private mutating func finish(
        _ event: DocumentObject, _ span: inout Span, since start: UInt32, _ kind: String
    ) throws(IntakeProblem) {
        readContext(event)
        readOTel(event, &span)
        span.fields = start..<events.batch.fieldsEnd
        try checkFields(span.fields, kind)
        try readLinks(event, &span, kind)
        if kind == "span" { events.report.accepted += 1 }
    }

    /// An agent that says nothing of the outcome says the status of the answer.
    private func setStatus(_ span: inout Span) {
        guard span.status == .unset, span.kind == .server else { return }
        for index in span.fields {
            let field = events.batch.fields[Int(index)]
            guard events.batch.name(field.name) == "http.response.status_code", field.kind == .integer else {
                continue
            }
            span.status = field.payload >= 500 ? .error : .unset
        }
    }

    /// What leaves the service is known by where it goes.
    private static func kind(of type: String, _ action: String, _ event: DocumentObject) -> Span.Kind {
        if type == "messaging" {
            return ["send", "publish"].contains(action) ? .producer : .client
        }
        let goesOut =
            ["db", "external", "storage"].contains(type) || event.value("context", "destination") != nil
            || event.value("context", "service", "target") != nil
        return goesOut ? .client : .internal
    }

    private static func text(of frames: [DocumentValue]) -> String {
        frames.compactMap(\.object).map { frame in
            let function = frame.value("function")?.string ?? "?"
            let file = frame.value("filename")?.string ?? frame.value("classname")?.string ?? "?"
            return "\(function) (\(file):\(frame.value("lineno")?.scalarText ?? "0"))"
        }.joined(separator: "\n")
    }
}
