/// The first eight bytes of a name as a number that orders like them; what a shorter name lacks is zero. Equal
/// numbers do not make equal names.
@inline(__always)
func namePrefix(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> UInt64 {
    guard name.lowerBound + 8 <= bytes.count else { return namePrefixAtEnd(bytes, name) }
    let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: name.lowerBound, as: UInt64.self))
    if name.count >= 8 { return word }
    return name.isEmpty ? 0 : word & ~(UInt64.max >> UInt64(8 * name.count))
}

@inline(never)
private func namePrefixAtEnd(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> UInt64 {
    var word: UInt64 = 0
    for (index, byte) in bytes[name].prefix(8).enumerated() { word |= UInt64(byte) << UInt64(56 - 8 * index) }
    return word
}
