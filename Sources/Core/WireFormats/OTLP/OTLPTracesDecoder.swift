package import SignalModel

/// An OTLP `ExportTraceServiceRequest` (opentelemetry/proto/collector/trace/v1, trace/v1) as a batch of spans.
///
/// Reads the message where it lies. A span that is not valid is left out and reported; what holds spans must be valid.
package struct OTLPTracesDecoder {
    let message: UnsafeRawBufferPointer
    let limits: SpanLimits
    var attributes: SpanAttributes
    var batch: SpanBatch
    var report = SpanReport()
    private let resourceNames: SpanResourceNames
    let names: EventNames
    /// Of the span under way, to be read behind its attributes.
    var eventRanges: [Range<Int>] = []
    var linkRanges: [Range<Int>] = []
    /// Of traces whose root said its rate, which holds for their other spans here.
    var rootWeights: [TraceID: Double] = [:]

    struct EventNames {
        var exception, type, message, escaped, samplerType, samplerParameter: UInt32

        init(_ batch: inout SpanBatch) {
            exception = batch.number(of: "exception")
            type = batch.number(of: "exception.type")
            message = batch.number(of: "exception.message")
            escaped = batch.number(of: "exception.escaped")
            samplerType = batch.number(of: "sampler.type")
            samplerParameter = batch.number(of: "sampler.param")
        }
    }

    package init(
        _ message: UnsafeRawBufferPointer, forced: ForcedResourceLabels = .none, limits: SpanLimits = SpanLimits()
    ) {
        self.message = message
        self.limits = limits
        attributes = SpanAttributes(message, limits)
        var batch = SpanBatch()
        resourceNames = SpanResourceNames(&batch, forced)
        names = EventNames(&batch)
        self.batch = batch
    }

    /// Throws where what holds the spans is not valid.
    package consuming func decode() throws(WireFormatError) -> (batch: SpanBatch, report: SpanReport) {
        batch.reserveCapacity(messageBytes: message.count)
        var index = 0
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            try readResource(try reader.text(field, "resource_spans"), "resource_spans[\(index)]")
            index += 1
        }
        if !rootWeights.isEmpty {
            let weights = rootWeights
            batch.weigh { $0.weight == 1 ? weights[$0.trace] ?? 1 : $0.weight }
        }
        if attributes.cut > 0 {
            report.cut = attributes.cut
            if report.message.isEmpty {
                report.message = "\(report.cut) texts longer than \(limits.textBytesMax) bytes were cut off"
            }
        }
        return (batch, report)
    }

    private mutating func readResource(_ range: Range<Int>, _ place: String) throws(WireFormatError) {
        let start = batch.fieldsEnd
        // The resource may stand behind its spans.
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            try readAttributes(try reader.text(field, "resource"), number: 1)
        }
        guard Int(batch.fieldsEnd - start) <= limits.fieldsMax else {
            throw WireFormatError(
                .tooLarge, .byte(range.lowerBound), "\(place): a resource of more than \(limits.fieldsMax) attributes"
            )
        }
        let resource = resourceNames.finish(&batch, since: start, nameBytesMax: limits.nameBytesMax)
        var index = 0
        reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 2 else {
                try reader.skip(field)
                continue
            }
            try readScope(try reader.text(field, "scope_spans"), resource, "\(place).scope_spans[\(index)]")
            index += 1
        }
    }

    private mutating func readScope(
        _ range: Range<Int>, _ resource: UInt32, _ place: String
    ) throws(WireFormatError) {
        var scope: UInt32 = 0
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            if field.number == 1 {
                scope = try readScopeItself(try reader.text(field, "scope"))
            } else {
                try reader.skip(field)
            }
        }
        var index = 0
        reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 2 else {
                try reader.skip(field)
                continue
            }
            let span = try reader.text(field, "spans")
            let mark = batch.mark
            do throws(WireFormatError) {
                try readSpan(span, resource, scope)
                report.accepted += 1
            } catch {
                batch.drop(since: mark)
                report.reject("\(place).spans[\(index)]", error.message)
            }
            index += 1
        }
    }

    private mutating func readScopeItself(_ range: Range<Int>) throws(WireFormatError) -> UInt32 {
        var scope = SpanScope(name: 0, version: 0, fields: 0..<0)
        let start = batch.fieldsEnd
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: scope.name = attributes.number(try reader.text(field, "scope's name"), &batch)
            case 2: scope.version = attributes.number(try reader.text(field, "scope's version"), &batch)
            case 3: try attributes.read(field, &reader, to: &batch)
            default: try reader.skip(field)
            }
        }
        scope.fields = start..<batch.fieldsEnd
        return batch.append(scope)
    }

    private mutating func readAttributes(_ range: Range<Int>, number: Int) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            if field.number == number {
                try attributes.read(field, &reader, to: &batch)
            } else {
                try reader.skip(field)
            }
        }
    }
}
