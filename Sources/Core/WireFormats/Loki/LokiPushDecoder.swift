import Basics

/// Loki's push request (grafana.com, "Loki HTTP API"; logproto.PushRequest), as documents: the line is `message`, labels
/// and structured metadata are `labels.NAME`.
package struct LokiPushDecoder {
    private var document = DocumentText()

    /// Names of labels that ECS has a field for.
    private static let names = [
        "service_name": "service.name", "level": "log.level", "detected_level": "log.level", "hostname": "host.name",
        "pod": "kubernetes.pod.name", "namespace": "kubernetes.namespace", "container": "kubernetes.container.name",
        "trace_id": "trace.id", "traceID": "trace.id", "span_id": "span.id", "filename": "log.file.path",
    ]

    package typealias Body = (UnsafeRawBufferPointer) throws(WireFormatError) -> Void

    package init() {}

    /// Calls `body` with each document of a message in protobuf.
    package mutating func forEach(
        protobuf message: UnsafeRawBufferPointer, _ body: Body
    ) throws(WireFormatError) {
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            try readStream(message, try reader.text(field, "streams"), body)
        }
    }

    private mutating func readStream(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ body: Body
    ) throws(WireFormatError) {
        var labels: [(String, String)] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 1 else {
                try reader.skip(field)
                continue
            }
            let text = try reader.text(field, "labels")
            labels = try LokiLabels.read(String(decoding: message[text], as: UTF8.self))
        }
        reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            guard field.number == 2 else {
                try reader.skip(field)
                continue
            }
            try readEntry(message, try reader.text(field, "entries"), labels, body)
        }
    }

    private mutating func readEntry(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ labels: [(String, String)], _ body: Body
    ) throws(WireFormatError) {
        var nanoseconds: Int64?
        var line = range.lowerBound..<range.lowerBound
        var metadata: [(String, String)] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: nanoseconds = try Self.time(message, try reader.text(field, "timestamp"))
            case 2: line = try reader.text(field, "line")
            case 3:
                let pair = try AttributeText.pair(message, try reader.text(field, "structured metadata"))
                metadata.append(
                    (
                        String(decoding: message[pair.key], as: UTF8.self),
                        String(decoding: message[pair.value], as: UTF8.self)
                    ))
            default: try reader.skip(field)
            }
        }
        try write(
            nanoseconds, UnsafeRawBufferPointer(rebasing: message[line]), labels, metadata, body)
    }

    private static func time(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> Int64? {
        var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1: seconds = Int64(bitPattern: try reader.varint())
            case 2: nanoseconds = Int64(bitPattern: try reader.varint())
            default: try reader.skip(field)
            }
        }
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = product.addingReportingOverflow(nanoseconds)
        return overflows || overflowsToo ? nil : sum
    }

    /// Calls `body` with each document of a message in JSON, and `refused` with what is wrong with an entry that is none.
    package mutating func forEach(
        json message: [UInt8], refused: (WireFormatError) -> Void, _ body: Body
    ) throws(WireFormatError) {
        let value = try JSONValue(parsing: message)
        guard let streams = value["streams"]?.elements else {
            throw WireFormatError(.malformed, .whole, "streams is missing, or no list")
        }
        for (streamNumber, stream) in streams.enumerated() {
            let labels = (stream["stream"]?.members ?? [:]).map { ($0.key, $0.value.scalarText ?? "") }.sorted {
                $0.0 < $1.0
            }
            for (number, entry) in (stream["values"]?.elements ?? []).enumerated() {
                guard let parts = entry.elements, parts.count == 2 || parts.count == 3,
                    let time = parts[0].scalarText.flatMap({ Int64($0) }), let line = parts[1].text
                else {
                    refused(
                        WireFormatError(
                            .malformed, .whole,
                            "streams[\(streamNumber)].values[\(number)] must be a list of a time in nanoseconds and a "
                                + "line, both texts"))
                    continue
                }
                let metadata = parts.count == 3 ? (parts[2].members ?? [:]) : [:]
                var text = line
                let outcome = text.withUTF8 { bytes -> Result<Void, WireFormatError> in
                    do throws(WireFormatError) {
                        return .success(
                            try write(
                                time, UnsafeRawBufferPointer(bytes), labels,
                                metadata.map { ($0.key, $0.value.scalarText ?? "") }.sorted { $0.0 < $1.0 }, body))
                    } catch { return .failure(error) }
                }
                try outcome.get()
            }
        }
    }

    private mutating func write(
        _ nanoseconds: Int64?, _ line: UnsafeRawBufferPointer, _ labels: [(String, String)],
        _ metadata: [(String, String)], _ body: Body
    ) throws(WireFormatError) {
        document.begin()
        if let nanoseconds { document.add("@timestamp", RecordTime.text(nanoseconds: nanoseconds)) }
        document.add("message", utf8: line)
        for (name, value) in labels + metadata where !name.isEmpty {
            document.add(Self.names[name] ?? "labels.\(name)", value)
        }
        document.end()
        let outcome = document.bytes.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
    }
}
