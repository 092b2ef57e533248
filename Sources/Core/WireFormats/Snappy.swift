import CSnappy

/// Snappy's block format (google/snappy, format_description.txt), by Google's library.
package enum Snappy {
    /// The size that the block claims is read and bounded before anything is allocated, so eight bytes that
    /// promise four gigabytes cost nothing.
    package static func decompress(
        _ block: UnsafeRawBufferPointer, bytesMax: Int
    ) throws(WireFormatError) -> [UInt8] {
        let input = block.assumingMemoryBound(to: CChar.self)
        var claimed = 0
        guard !block.isEmpty, snappy_uncompressed_length(input.baseAddress, input.count, &claimed) == SNAPPY_OK else {
            throw WireFormatError(.malformed, .byte(0), "no snappy block: its length cannot be read")
        }
        guard claimed <= bytesMax else {
            throw WireFormatError(
                .tooLarge, .byte(0), "the snappy block claims \(claimed) bytes, more than the \(bytesMax) allowed")
        }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: claimed) { output, filled in
            var written = claimed
            let status = output.withMemoryRebound(to: CChar.self) {
                snappy_uncompress(input.baseAddress, input.count, $0.baseAddress, &written)
            }
            isWhole = status == SNAPPY_OK && written == claimed
            filled = isWhole ? claimed : 0
        }
        guard isWhole else {
            throw WireFormatError(
                .malformed, .whole, "the snappy block of \(block.count) bytes is damaged or cut off")
        }
        return bytes
    }

    package static func decompress(_ block: [UInt8], bytesMax: Int) throws(WireFormatError) -> [UInt8] {
        let outcome = block.withUnsafeBytes { bytes -> Result<[UInt8], WireFormatError> in
            do throws(WireFormatError) { return .success(try decompress(bytes, bytesMax: bytesMax)) } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        let room = snappy_max_compressed_length(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: room) { output, filled in
            filled = room
            let status = bytes.withUnsafeBytes { input in
                output.withMemoryRebound(to: CChar.self) {
                    snappy_compress(
                        input.assumingMemoryBound(to: CChar.self).baseAddress, input.count, $0.baseAddress, &filled)
                }
            }
            precondition(status == SNAPPY_OK, "snappy refuses only a buffer that is too small")
        }
    }
}
