import Basics

/// Why counting cannot go on from a checkpoint.
package struct SpanMetricsCheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// The bytes of a checkpoint: magic, numbers of eight bytes, texts and lists after their counts, CRC-32C.
struct CheckpointWriter {
    static let magic: [UInt8] = Array("SBSM".utf8) + [1]
    private var bytes = magic

    mutating func append(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append(_ number: Double) { append(number.bitPattern) }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ numbers: [Double]) {
        append(UInt64(numbers.count))
        for number in numbers { append(number) }
    }

    func finish() -> [UInt8] {
        let checksum = CRC32C.checksum(bytes)
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
    }
}

struct CheckpointReader {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    init(_ bytes: [UInt8]) throws(SpanMetricsCheckpointError) {
        let magic = CheckpointWriter.magic
        guard bytes.count >= magic.count + 4, bytes.starts(with: magic) else {
            throw SpanMetricsCheckpointError("no checkpoint of a version known here")
        }
        var checksum: UInt32 = 0
        for (place, byte) in bytes.suffix(4).enumerated() { checksum |= UInt32(byte) << UInt32(place * 8) }
        guard CRC32C.checksum(Array(bytes.dropLast(4))) == checksum else {
            throw SpanMetricsCheckpointError("the checksum is wrong")
        }
        self.bytes = bytes
        offset = magic.count
        end = bytes.count - 4
    }

    mutating func number() throws(SpanMetricsCheckpointError) -> UInt64 {
        guard end - offset >= 8 else { throw SpanMetricsCheckpointError("cut off at byte \(offset)") }
        var number: UInt64 = 0
        for place in 0..<8 { number |= UInt64(bytes[offset + place]) << UInt64(place * 8) }
        offset += 8
        return number
    }

    /// Of things that take a byte at least.
    mutating func count() throws(SpanMetricsCheckpointError) -> Int {
        let count = try number()
        guard count <= UInt64(end - offset) else { throw SpanMetricsCheckpointError("cut off at byte \(offset)") }
        return Int(count)
    }

    mutating func double() throws(SpanMetricsCheckpointError) -> Double { Double(bitPattern: try number()) }

    mutating func text() throws(SpanMetricsCheckpointError) -> String {
        let count = try count()
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    mutating func doubles() throws(SpanMetricsCheckpointError) -> [Double] {
        var numbers: [Double] = []
        for _ in 0..<(try count()) { numbers.append(try double()) }
        return numbers
    }

    func finish() throws(SpanMetricsCheckpointError) {
        guard offset == end else { throw SpanMetricsCheckpointError("\(end - offset) bytes too many") }
    }
}
