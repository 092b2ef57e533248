import SignalModel

extension OTLPTracesDecoder {
    mutating func readSpan(
        _ range: Range<Int>, _ resource: UInt32, _ scope: UInt32
    ) throws(WireFormatError) {
        var span = Span(trace: .none, id: 0, startNanoseconds: 0, name: 0, resource: resource)
        span.scope = scope
        var end: UInt64 = 0
        var start: UInt64 = 0
        eventRanges.removeAll(keepingCapacity: true)
        linkRanges.removeAll(keepingCapacity: true)
        let firstField = batch.fieldsEnd
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: span.trace = try traceID(try reader.text(field, "trace_id"))
            case 2: span.id = try spanID(try reader.text(field, "span_id"), "span_id")
            case 3: span.traceState = batch.text(attributes.text(try reader.text(field, "trace_state")))
            case 4:
                let parent = try reader.text(field, "parent_span_id")
                if !parent.isEmpty { span.parent = try spanID(parent, "parent_span_id") }
            case 5: span.name = attributes.number(try reader.text(field, "name"), &batch)
            case 6:
                // Kinds to come are unspecified ones here.
                span.kind = Span.Kind(rawValue: UInt8(clamping: try reader.count(field, "kind"))) ?? .unspecified
            case 7:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "start_time_unix_nano")
                start = try reader.fixed64()
            case 8:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "end_time_unix_nano")
                end = try reader.fixed64()
            case 9: try attributes.read(field, &reader, to: &batch)
            case 11: eventRanges.append(try reader.text(field, "event"))
            case 13: linkRanges.append(try reader.text(field, "link"))
            case 15: try readStatus(try reader.text(field, "status"), &span)
            default: try reader.skip(field)
            }
        }
        span.fields = firstField..<batch.fieldsEnd
        try setTimes(&span, start: start, end: end)
        guard !span.trace.isNone else {
            throw bad(range, "no trace_id, which must be 16 bytes that are not all zero")
        }
        guard span.id != 0 else { throw bad(range, "no span_id, which must be 8 bytes that are not all zero") }
        guard span.fields.count <= limits.fieldsMax else {
            throw bad(range, "\(span.fields.count) attributes, more than \(limits.fieldsMax)")
        }
        guard eventRanges.count + linkRanges.count <= limits.eventsMax else {
            throw bad(
                range, "\(eventRanges.count + linkRanges.count) events and links, more than \(limits.eventsMax)")
        }
        setWeight(&span)
        if !eventRanges.isEmpty { try readEvents(&span) }
        if !linkRanges.isEmpty { try readLinks(&span) }
        batch.append(span)
    }

    private func setTimes(_ span: inout Span, start: UInt64, end: UInt64) throws(WireFormatError) {
        guard let start = Int64(exactly: start), let end = Int64(exactly: end) else {
            throw WireFormatError(.malformed, .whole, "a time past the year 2262, in nanoseconds since 1970")
        }
        span.startNanoseconds = start
        // Without an end it is one that goes on.
        span.durationNanoseconds = end == 0 ? 0 : end - start
    }

    private mutating func setWeight(_ span: inout Span) {
        if !span.traceState.isEmpty {
            let range = Int(span.traceState.lowerBound)..<Int(span.traceState.upperBound)
            span.weight = batch.bytes.withUnsafeBytes {
                SamplingWeight.of(traceState: UnsafeRawBufferPointer(rebasing: $0[range]))
            }
            if span.weight != 1 { return }
        }
        // What samplers that ask for their rate (Jaeger's) say of the root.
        guard span.parent == 0 else { return }
        var isProbabilistic = false
        var rate = 0.0
        for field in batch.fields[Int(span.fields.lowerBound)..<Int(span.fields.upperBound)] {
            if field.name == names.samplerType {
                isProbabilistic = field.kind == .string && batch.text(of: field) == "probabilistic"
            } else if field.name == names.samplerParameter, field.kind == .double {
                rate = Double(bitPattern: field.payload)
            }
        }
        guard isProbabilistic else { return }
        span.weight = SamplingWeight.of(rate: rate)
        rootWeights[span.trace] = span.weight
    }

    private mutating func readStatus(_ range: Range<Int>, _ span: inout Span) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 2: span.statusMessage = batch.text(attributes.text(try reader.text(field, "message of a status")))
            case 3:
                span.status = Span.Status(rawValue: UInt8(clamping: try reader.count(field, "status"))) ?? .unset
            default: try reader.skip(field)
            }
        }
    }

    private mutating func readLinks(_ span: inout Span) throws(WireFormatError) {
        let first = batch.linksEnd
        for range in linkRanges {
            var link = SpanLink(trace: .none, span: 0, fields: 0..<0, traceState: 0..<0)
            let start = batch.fieldsEnd
            var reader = ProtobufReader(message, range)
            while let field = try reader.next() {
                switch field.number {
                case 1: link.trace = try traceID(try reader.text(field, "trace_id of a link"))
                case 2: link.span = try spanID(try reader.text(field, "span_id"), "span_id of a link")
                case 3: link.traceState = batch.text(attributes.text(try reader.text(field, "trace_state")))
                case 4: try attributes.read(field, &reader, to: &batch)
                default: try reader.skip(field)
                }
            }
            link.fields = start..<batch.fieldsEnd
            try checkFields(link.fields, range)
            batch.append(link)
        }
        span.links = first..<batch.linksEnd
    }

    func checkFields(_ fields: Range<UInt32>, _ range: Range<Int>) throws(WireFormatError) {
        guard fields.count > limits.fieldsMax else { return }
        throw bad(range, "\(fields.count) attributes of an event or a link, more than \(limits.fieldsMax)")
    }

    // MARK: Parts

    private func traceID(_ range: Range<Int>) throws(WireFormatError) -> TraceID {
        guard range.count == 16 else { throw bad(range, "a trace_id of \(range.count) bytes, not 16") }
        return TraceID(high: bigEndian(range.lowerBound), low: bigEndian(range.lowerBound + 8))
    }

    private func spanID(
        _ range: Range<Int>, _ what: StaticString
    ) throws(WireFormatError) -> UInt64 {
        guard range.count == 8 else { throw bad(range, "a \(what) of \(range.count) bytes, not 8") }
        return bigEndian(range.lowerBound)
    }

    @inline(__always)
    private func bigEndian(_ offset: Int) -> UInt64 {
        UInt64(bigEndian: message.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    func bad(_ range: Range<Int>, _ reason: String) -> WireFormatError {
        WireFormatError(.malformed, .byte(range.lowerBound), reason)
    }
}
