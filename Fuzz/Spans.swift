import SignalModel
import WireFormats

/// Any bytes as spans in each dialect, or as a batch of the queue: refused, or a batch that can be written and read again
/// with everything in it pointing inside.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data, count > 0 else { return 0 }
    let message = UnsafeRawBufferPointer(start: data + 1, count: count - 1)
    let forced = ForcedResourceLabels(data[0] & 8 == 0 ? [] : [("cluster", "c"), ("environment", "e")])
    do {
        switch data[0] & 7 {
        case 0: check(try OTLPTracesDecoder(message, forced: forced).decode().batch)
        case 1:
            try OTLPTracesJSON.protobuf(Array(message)).withUnsafeBytes {
                check(try OTLPTracesDecoder($0, forced: forced).decode().batch)
            }
        case 2: check(try ZipkinDecoder(message, receivedNanoseconds: 1, forced: forced).decode().batch)
        case 3: intake(message, forced)
        default: check(try SpanBatch(encoded: message))
        }
    } catch { return 0 }
    return 0
}

private func intake(_ message: UnsafeRawBufferPointer, _ forced: ForcedResourceLabels) {
    var decoder = IntakeDecoder(receivedNanoseconds: 1, forced: forced)
    for line in message.split(separator: UInt8(ascii: "\n")) {
        try? decoder.line(UnsafeRawBufferPointer(rebasing: line))
    }
    let events = decoder.take()
    check(events.batch)
    for metric in events.metrics { precondition(metric.labels == Labels(metric.labels.pairs)) }
}

private func check(_ batch: SpanBatch) {
    let bytes = batch.encoded()
    let again = bytes.withUnsafeBytes { try? SpanBatch(encoded: $0) }
    precondition(again?.encoded() == bytes)
}
