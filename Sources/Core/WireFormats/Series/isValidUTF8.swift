/// Whether the bytes at `range` are well-formed UTF-8: eight at a time while they are ASCII, which labels mostly are.
@inline(__always)
func isValidUTF8(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    let end = range.upperBound
    // Fast path: whole words, then one that reaches beyond the range and is masked.
    while end - offset >= 8 {
        if bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & highBits != 0 {
            return isWellFormed(bytes, range)
        }
        offset += 8
    }
    if offset == end { return true }
    guard offset + 8 <= bytes.count else { return isWellFormed(bytes, range) }
    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    let wanted = (1 as UInt64) << UInt64(8 * (end - offset)) &- 1
    return word & wanted & highBits == 0 || isWellFormed(bytes, range)
}

private let highBits: UInt64 = 0x8080_8080_8080_8080

/// Slow path: the standard library's validator, which knows surrogates and overlong forms.
@inline(never)
private func isWellFormed(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    UnsafeRawBufferPointer(rebasing: bytes[range]).withMemoryRebound(to: UInt8.self) {
        (try? UTF8Span(validating: $0.span)) != nil
    }
}
