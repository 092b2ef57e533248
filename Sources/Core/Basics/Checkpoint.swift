/// Why counting cannot go on from a checkpoint.
package struct CheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// The bytes of a checkpoint: magic and version, numbers of eight bytes, texts and lists after their counts, CRC-32C.
package struct CheckpointWriter {
    private var bytes: [UInt8]

    package init(magic: [UInt8]) { bytes = magic }

    package mutating func append(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    package mutating func append(_ number: Double) { append(number.bitPattern) }

    package mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func append(_ numbers: [Double]) {
        append(UInt64(numbers.count))
        for number in numbers { append(number) }
    }

    package func finish() -> [UInt8] {
        let checksum = CRC32C.checksum(bytes)
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
    }
}

package struct CheckpointReader {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    package init(_ bytes: [UInt8], magic: [UInt8]) throws(CheckpointError) {
        guard bytes.count >= magic.count + 4, bytes.starts(with: magic) else {
            throw CheckpointError("no checkpoint of a version known here")
        }
        var checksum: UInt32 = 0
        for (place, byte) in bytes.suffix(4).enumerated() { checksum |= UInt32(byte) << UInt32(place * 8) }
        guard CRC32C.checksum(Array(bytes.dropLast(4))) == checksum else {
            throw CheckpointError("the checksum is wrong")
        }
        self.bytes = bytes
        offset = magic.count
        end = bytes.count - 4
    }

    package mutating func number() throws(CheckpointError) -> UInt64 {
        guard end - offset >= 8 else { throw CheckpointError("cut off at byte \(offset)") }
        var number: UInt64 = 0
        for place in 0..<8 { number |= UInt64(bytes[offset + place]) << UInt64(place * 8) }
        offset += 8
        return number
    }

    /// Of things that take a byte at least.
    package mutating func count() throws(CheckpointError) -> Int {
        let count = try number()
        guard count <= UInt64(end - offset) else { throw CheckpointError("cut off at byte \(offset)") }
        return Int(count)
    }

    package mutating func double() throws(CheckpointError) -> Double { Double(bitPattern: try number()) }

    package mutating func text() throws(CheckpointError) -> String {
        let count = try count()
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    package mutating func doubles() throws(CheckpointError) -> [Double] {
        var numbers: [Double] = []
        for _ in 0..<(try count()) { numbers.append(try double()) }
        return numbers
    }

    package func finish() throws(CheckpointError) {
        guard offset == end else { throw CheckpointError("\(end - offset) bytes too many") }
    }
}
