import WireFormats

/// Any bytes as the answer to a question: refused, or read with names of bounded length.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let query = try? DNSQuery("shop.test", .srv, id: 7) else { return 0 }
    // Most inputs would fail at the question; what follows it is what is to be tried.
    let head: [UInt8] = [0, 7, 0x81, 0x80, 0, 1, 0, UInt8(count & 7), 0, 0, 0, 0]
    let question = query.bytes[12..<query.bytes.count - 11]
    let bytes = head + question + UnsafeBufferPointer(start: data, count: count)
    if let response = try? DNSResponse(bytes, to: query) {
        for case .service(let target, _) in response.records.map(\.content) {
            precondition(target.utf8.count <= 255 * 4)
        }
    }
    return 0
}
