import Basics
import Pipeline

/// Any bytes as the header of a message of a topic: refused, or one document that writes the same header again.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let header = UnsafeRawBufferPointer(start: data, count: count)
    let value = UnsafeRawBufferPointer(start: nil, count: 0)
    guard let document = try? TopicRecord.document(header: header, value: value) else { return 0 }
    var record = TopicRecord()
    let written = record.withHeader(of: document, receivedAt: document.receivedAt ?? 0) { Array($0) }
    let again = written.withUnsafeBytes { try? TopicRecord.document(header: $0, value: value).document }
    precondition(again == document.document, "what was read is written as it was")
    if let identity = document.identity, let partition = TopicIdentity.partition(of: identity, topic: "logs") {
        precondition(partition >= 0)
    }
    return 0
}
