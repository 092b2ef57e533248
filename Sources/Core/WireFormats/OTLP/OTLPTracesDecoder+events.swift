import SignalModel

extension OTLPTracesDecoder {
    mutating func readEvents(_ span: inout Span) throws(WireFormatError) {
        let first = batch.eventsEnd
        for range in eventRanges {
            var event = SpanEvent(timeNanoseconds: span.startNanoseconds, name: 0, fields: 0..<0)
            let start = batch.fieldsEnd
            var reader = ProtobufReader(message, range)
            while let field = try reader.next() {
                switch field.number {
                case 1:
                    try reader.expect(field, ProtobufReader.Wire.fixed64, "time_unix_nano")
                    guard let time = Int64(exactly: try reader.fixed64()) else {
                        throw bad(range, "an event past the year 2262, in nanoseconds since 1970")
                    }
                    event.timeNanoseconds = time
                case 2: event.name = attributes.number(try reader.text(field, "name of an event"), &batch)
                case 3: try attributes.read(field, &reader, to: &batch)
                default: try reader.skip(field)
                }
            }
            event.fields = start..<batch.fieldsEnd
            try checkFields(event.fields, range)
            batch.append(event)
            if event.name == names.exception { addError(event, span) }
        }
        span.events = first..<batch.eventsEnd
    }

    /// opentelemetry.io, "Semantic conventions for exceptions on spans".
    private mutating func addError(_ event: SpanEvent, _ span: Span) {
        var error = ErrorOccurrence(
            trace: span.trace, span: span.id, timeNanoseconds: event.timeNanoseconds, resource: span.resource)
        error.operation = span.name
        for index in event.fields {
            let field = batch.fields[Int(index)]
            if field.name == names.escaped {
                let escapes = field.kind == .bool ? field.payload == 1 : batch.isText(field, "true")
                error.handling = escapes ? .unhandled : .handled
            }
            guard field.kind == .string else { continue }
            switch field.name {
            case names.type:
                error.type = batch.number(of: SpanText.cut(batch.text(of: field), to: limits.nameBytesMax))
            case names.message:
                let range = field.bytesRange
                error.message = UInt32(range.lowerBound)..<UInt32(range.upperBound)
            default: break
            }
        }
        // The stack among them is text, which whoever groups errors takes apart.
        error.fields = event.fields
        batch.append(error)
    }
}
