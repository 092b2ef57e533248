import WireFormats

/// Any bytes as a block: refused, or unpacked to at most what is allowed.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let block = UnsafeRawBufferPointer(start: data, count: count)
    if let bytes = try? Snappy.decompress(block, bytesMax: 1 << 20) { precondition(bytes.count <= 1 << 20) }
    return 0
}
