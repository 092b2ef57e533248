import SignalModel
import WireFormats

/// A kind and what a sender of logs may send: refused with a place, or documents that our own reader takes.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    guard let kind = bytes.first else { return 0 }
    let body = Array(bytes.dropFirst())
    body.withUnsafeBytes { raw in
        switch kind {
        case UInt8(ascii: "b"): bulk(raw)
        case UInt8(ascii: "l"):
            var decoder = LokiPushDecoder()
            try? decoder.forEach(protobuf: raw) { document throws(WireFormatError) in check(document) }
        case UInt8(ascii: "j"):
            var decoder = LokiPushDecoder()
            try? decoder.forEach(json: body, refused: { _ in }) { document throws(WireFormatError) in check(document)
            }
        case UInt8(ascii: "o"): otlp(raw)
        case UInt8(ascii: "p"):
            guard let message = try? OTLPLogsJSON.protobuf(body) else { return }
            message.bytes.withUnsafeBytes { otlp($0) }
        default: syslog(body)
        }
    }
    return 0
}

/// What a decoder makes is a JSON object for every reader behind it.
private func check(_ document: UnsafeRawBufferPointer) {
    let header = RecordFlattener.Header(index: "i", sequence: 1, receivedNanoseconds: 0)
    var flattener = RecordFlattener()
    do { _ = try flattener.append(json: document, header) } catch {
        preconditionFailure("\(error): \(String(decoding: document, as: UTF8.self))")
    }
}

private func bulk(_ raw: UnsafeRawBufferPointer) {
    var reader = BulkReader(raw)
    var last = 0
    while let item = try? reader.next() {
        precondition(item.line > last && item.source.upperBound <= raw.count)
        precondition((item.operation == .delete) == item.source.isEmpty || item.operation != .delete)
        last = item.line
    }
}

private func otlp(_ raw: UnsafeRawBufferPointer) {
    var decoder = OTLPLogsDecoder(raw)
    try? decoder.forEach { index, document throws(WireFormatError) in
        precondition(!index.isEmpty)
        check(document)
    }
}

/// The same messages come out however the bytes were cut on their way.
private func syslog(_ body: [UInt8]) {
    func messages(_ step: Int) -> [[UInt8]] {
        var frames = SyslogFrames()
        var found: [[UInt8]] = []
        var start = 0
        while start < body.count {
            let end = min(start + step, body.count)
            do { try frames.take(body[start..<end]) { found.append(Array($0)) } } catch { return found }
            start = end
        }
        frames.finish { found.append(Array($0)) }
        return found
    }
    let whole = messages(max(body.count, 1))
    precondition(messages(3) == whole, "frames depend on how they are cut")
    var decoder = SyslogDecoder()
    for message in whole {
        let document = message.withUnsafeBytes { decoder.document($0, receivedAt: 0, sender: "127.0.0.1") }
        document.withUnsafeBytes { check($0) }
    }
}
