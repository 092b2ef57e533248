import SignalModel

extension IntakeDecoder {
    mutating func readError(_ event: DocumentObject) throws(IntakeProblem) {
        let kind = "error"
        guard let idText = event.value("id")?.string else { throw .missing("id", in: kind) }
        let exception = event.value("exception")?.object
        let log = event.value("log")?.object
        guard exception != nil || log != nil else { throw .missing("exception' or 'log", in: kind) }
        if let exception {
            guard exception.value("message")?.string != nil || exception.value("type")?.string != nil else {
                throw .missing("message' or 'type", in: "error: exception")
            }
        } else if log?.value("message")?.string == nil {
            throw .missing("message", in: "error: log")
        }
        let trace = try Self.trace(event, kind) ?? .none
        var parent = try Self.id(event, "parent_id", kind)
        if parent == nil { parent = try Self.id(event, "transaction_id", kind) }
        var error = ErrorOccurrence(
            trace: trace, span: parent ?? 0, timeNanoseconds: try time(event, kind), resource: resource(event))
        // Ids that are not hexadecimal are the sender's own affair: nothing refers to them.
        error.id = TraceID(hexadecimal: idText.utf8) ?? .none
        error.type = fields.number(
            exception?.value("type")?.string ?? log?.value("logger_name")?.string ?? "", &events.batch)
        let message = exception?.value("message")?.string ?? log?.value("message")?.string ?? ""
        error.message = events.batch.text(fields.text(message))
        error.culprit = fields.number(event.value("culprit")?.string ?? "", &events.batch)
        error.operation = fields.number(event.value("transaction", "name")?.string ?? "", &events.batch)
        if let isHandled = exception?.value("handled")?.bool { error.handling = isHandled ? .handled : .unhandled }
        error.frames = try readFrames(exception?.value("stacktrace") ?? log?.value("stacktrace"), kind)
        let start = events.batch.fieldsEnd
        fields.add("error.log.level", log?.value("level"), to: &events.batch)
        fields.add("error.log.message", log?.value("message"), to: &events.batch)
        fields.add("error.log.logger_name", log?.value("logger_name"), to: &events.batch)
        fields.add("exception.module", exception?.value("module"), to: &events.batch)
        fields.add("exception.code", exception?.value("code"), to: &events.batch)
        fields.add("exception.causes", text: exception.map(causes) ?? "", to: &events.batch)
        readContext(event)
        error.fields = start..<events.batch.fieldsEnd
        try checkFields(error.fields, kind)
        events.batch.append(error)
        events.report.accepted += 1
    }

    /// What led to it, as text with the lines of source the agent gave.
    private func causes(_ exception: DocumentObject) -> String {
        var lines: [String] = []
        var waiting = exception.value("cause")?.elements ?? []
        while let cause = waiting.popLast()?.object, lines.count < maxima.frames {
            lines.append("\(cause.value("type")?.string ?? "error"): \(cause.value("message")?.string ?? "")")
            for frame in cause.value("stacktrace")?.elements?.prefix(maxima.frames) ?? [] {
                guard let frame = frame.object else { continue }
                let function = frame.value("function")?.string ?? "?"
                let file = frame.value("filename")?.string ?? frame.value("classname")?.string ?? "?"
                lines.append("  at \(function) (\(file):\(frame.value("lineno")?.scalarText ?? "0"))")
            }
            waiting += cause.value("cause")?.elements ?? []
        }
        return lines.joined(separator: "\n")
    }
}
