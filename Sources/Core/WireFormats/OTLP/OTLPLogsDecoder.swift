import Basics

/// An OTLP `ExportLogsServiceRequest` (opentelemetry/proto/collector/logs/v1, logs/v1) as documents with ECS' field names
/// where there are such, and OpenTelemetry's where not.
package struct OTLPLogsDecoder {
    /// Of resource and scope, before each record's own.
    private var shared: [Attribute] = []
    private var document = DocumentText()
    private let message: UnsafeRawBufferPointer
    /// What is wrong with records that were left out.
    package private(set) var refused = RefusedItems()

    private struct Attribute {
        var name: String
        var value: Range<Int>
    }

    package init(_ message: UnsafeRawBufferPointer) { self.message = message }

    /// Calls `body` with each record's data stream and document. Throws where the message is not valid; a record that is
    /// nested too deep is left out.
    package mutating func forEach(
        _ body: (_ index: String, _ document: UnsafeRawBufferPointer) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            try readResource(try reader.text(field, "resource_logs"), body)
        }
    }

    private mutating func readResource(
        _ range: Range<Int>, _ body: (String, UnsafeRawBufferPointer) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        shared = []
        // The resource may stand behind its records.
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            try readAttributes(try reader.text(field, "resource"), number: 1, to: &shared)
        }
        let resourceCount = shared.count
        reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 2 else {
                try reader.skip(field)
                continue
            }
            try readScope(try reader.text(field, "scope_logs"), body)
            shared.removeSubrange(resourceCount...)
        }
    }

    private mutating func readScope(
        _ range: Range<Int>, _ body: (String, UnsafeRawBufferPointer) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        var scope: Range<Int>?
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: scope = try reader.text(field, "scope")
            default: try reader.skip(field)
            }
        }
        var name: Range<Int>?
        if let scope {
            var reader = ProtobufReader(message, scope)
            while let field = try reader.next() {
                if field.number == 1 { name = try reader.text(field, "scope's name") } else { try reader.skip(field) }
            }
            try readAttributes(scope, number: 3, to: &shared)
        }
        reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 2 else {
                try reader.skip(field)
                continue
            }
            let record = try reader.text(field, "log_records")
            do throws(WireFormatError) { try readRecord(record, scope: name, body) } catch {
                guard error.code == .tooLarge else { throw error }
                try refused.add(error)
            }
        }
    }

    private mutating func readRecord(
        _ range: Range<Int>, scope: Range<Int>?,
        _ body: (String, UnsafeRawBufferPointer) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        var time: UInt64 = 0
        var observed: UInt64 = 0
        var severity: UInt64 = 0
        var severityText: Range<Int>?
        var content: Range<Int>?
        var trace: Range<Int>?
        var span: Range<Int>?
        var event: Range<Int>?
        var attributes = shared
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "time_unix_nano")
                time = try reader.fixed64()
            case 2:
                try reader.expect(field, ProtobufReader.Wire.varint, "severity_number")
                severity = try reader.varint()
            case 3: severityText = try reader.text(field, "severity_text")
            case 5: content = try reader.text(field, "body")
            case 6: try append(try reader.text(field, "attribute"), to: &attributes)
            case 9: trace = try reader.text(field, "trace_id")
            case 10: span = try reader.text(field, "span_id")
            case 11:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "observed_time_unix_nano")
                observed = try reader.fixed64()
            case 12: event = try reader.text(field, "event_name")
            default: try reader.skip(field)
            }
        }
        document.begin()
        if let nanoseconds = Int64(exactly: time == 0 ? observed : time), nanoseconds > 0 {
            document.add("@timestamp", RecordTime.text(nanoseconds: nanoseconds))
        }
        if let content { try writeBody(content) }
        if let severityText, !severityText.isEmpty {
            document.add("log.level", utf8: UnsafeRawBufferPointer(rebasing: message[severityText]))
        } else if let name = Self.levelName(severity) {
            document.add("log.level", name)
        }
        if severity > 0 { document.add("event.severity", integer: Int64(clamping: severity)) }
        if let trace, trace.count == 16 { document.add("trace.id", hexadecimal(trace)) }
        if let span, span.count == 8 { document.add("span.id", hexadecimal(span)) }
        if let event, !event.isEmpty {
            document.add("event.action", utf8: UnsafeRawBufferPointer(rebasing: message[event]))
        }
        if let scope, !scope.isEmpty {
            document.add("log.logger", utf8: UnsafeRawBufferPointer(rebasing: message[scope]))
        }
        var (dataset, namespace) = ("", "")
        for attribute in attributes {
            switch attribute.name {
            case "data_stream.dataset": dataset = try plainText(attribute.value)
            case "data_stream.namespace": namespace = try plainText(attribute.value)
            default: break
            }
            try document.add(OTLPLogNames.ecs(attribute.name)) { bytes throws(WireFormatError) in
                try AttributeText.append(message, attribute.value, to: &bytes, depth: 1)
            }
        }
        document.end()
        let index = DataStreamName.logs(dataset: dataset, namespace: namespace)
        let outcome = document.bytes.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try body(index, bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
    }

    // MARK: Parts

    /// A text is the message; a map or a list stays what it is.
    private mutating func writeBody(_ range: Range<Int>) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        var isText = true
        while let field = try reader.next() {
            if field.number == 5 || field.number == 6 { isText = false }
            try reader.skip(field)
        }
        if isText {
            document.add("message", try plainText(range))
        } else {
            try document.add("body") { bytes throws(WireFormatError) in
                try AttributeText.append(message, range, to: &bytes, depth: 1)
            }
        }
    }

    private func plainText(_ range: Range<Int>) throws(WireFormatError) -> String {
        var bytes: [UInt8] = []
        try AttributeText.append(message, range, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func readAttributes(
        _ range: Range<Int>, number: Int, to attributes: inout [Attribute]
    ) throws(WireFormatError) {
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == number else {
                try reader.skip(field)
                continue
            }
            try append(try reader.text(field, "attribute"), to: &attributes)
        }
    }

    private func append(_ range: Range<Int>, to attributes: inout [Attribute]) throws(WireFormatError) {
        let pair = try AttributeText.pair(message, range)
        let name = String(decoding: message[pair.key], as: UTF8.self)
        guard !name.isEmpty else { return }
        attributes.append(Attribute(name: name, value: pair.value))
    }

    private func hexadecimal(_ range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        for byte in message[range] { AttributeText.appendHex(byte, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `SeverityNumber`: four of each.
    private static func levelName(_ severity: UInt64) -> String? {
        guard (1...24).contains(severity) else { return nil }
        return ["trace", "debug", "info", "warn", "error", "fatal"][Int(severity - 1) / 4]
    }
}
