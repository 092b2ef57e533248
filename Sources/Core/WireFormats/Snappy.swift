internal import CSnappy

/// Snappy's block format, by Google's library.
package enum Snappy {
    package struct Invalid: Error, CustomStringConvertible { package var description: String }

    /// The size the block claims is read and bounded before anything is allocated.
    package static func decompress(_ block: UnsafeRawBufferPointer, bytesMax: Int) throws(Invalid) -> [UInt8] {
        let input = block.assumingMemoryBound(to: CChar.self)
        var count = 0
        guard block.count > 0, snappy_uncompressed_length(input.baseAddress, input.count, &count) == SNAPPY_OK else {
            throw Invalid(description: "no snappy block: its length cannot be read")
        }
        guard count <= bytesMax else {
            throw Invalid(description: "the snappy block claims \(count) bytes, more than \(bytesMax)")
        }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            var written = count
            let status = output.withMemoryRebound(to: CChar.self) {
                snappy_uncompress(input.baseAddress, input.count, $0.baseAddress, &written)
            }
            failed = status != SNAPPY_OK || written != count
            filled = failed ? 0 : count
        }
        if failed { throw Invalid(description: "the snappy block of \(block.count) bytes is damaged") }
        return bytes
    }
}
