import Basics
import SignalModel

extension BlockIndex {
    /// The checked entry of a series, without its length and checksum.
    private func entry(of reference: UInt32) throws -> (content: UnsafeRawBufferPointer, start: Int) {
        let offset = Int(reference) * BlockFormat.seriesAlignment
        var cursor = offset
        guard let length = Varint.read(bytes, at: &cursor).flatMap({ Int(exactly: $0) }),
            let content = bytes.slice(cursor, length), let checksum = bytes.bigEndian32(cursor + length)
        else { throw damage.at(offset, "a series past the end") }
        guard CRC32C.matches(checksum, content) else { throw damage.at(offset, "a series with a wrong checksum") }
        return (content, cursor)
    }

    /// Symbols of a series' names and values in turn; `cursor` is then at its chunks.
    private func symbols(
        _ content: UnsafeRawBufferPointer, _ start: Int, _ cursor: inout Int, _ body: (UInt64) throws -> Void
    ) throws {
        guard let count = Varint.read(content, at: &cursor), count <= UInt64(content.count) else {
            throw damage.at(start, "more labels than bytes")
        }
        for _ in 0..<count * 2 {
            guard let symbol = Varint.read(content, at: &cursor) else {
                throw damage.at(start + cursor, "labels that end too early")
            }
            try body(symbol)
        }
    }

    /// The labels in their packed form.
    func labels(of reference: UInt32) throws -> Labels {
        let (content, start) = try entry(of: reference)
        var cursor = 0
        var packed: [UInt8] = []
        packed.reserveCapacity(256)
        try symbols(content, start, &cursor) { symbol in
            guard let text = packedSymbol(symbol) else { throw damage.at(start, "symbol \(symbol) does not exist") }
            packed.append(contentsOf: text)
        }
        return Labels(packed: packed)
    }

    /// The same as symbol numbers, names and values in turn, with the chunks of the series.
    func series(_ reference: UInt32) throws -> (symbols: [UInt32], chunks: [StoredChunk]) {
        let (content, start) = try entry(of: reference)
        var cursor = 0
        var numbers: [UInt32] = []
        try symbols(content, start, &cursor) { symbol in
            guard symbol < UInt64(symbolCount) else { throw damage.at(start, "symbol \(symbol) does not exist") }
            numbers.append(UInt32(symbol))
        }
        return (numbers, try chunks(content, start, &cursor, .min, .max))
    }

    /// Chunks of a series that overlap the inclusive range.
    func chunks(of reference: UInt32, _ from: Int64, _ through: Int64) throws -> [StoredChunk] {
        let (content, start) = try entry(of: reference)
        var cursor = 0
        try symbols(content, start, &cursor) { _ in }
        return try chunks(content, start, &cursor, from, through)
    }

    private func chunks(
        _ content: UnsafeRawBufferPointer, _ start: Int, _ cursor: inout Int, _ from: Int64, _ through: Int64
    ) throws -> [StoredChunk] {
        guard let count = Varint.read(content, at: &cursor), count <= UInt64(content.count) else {
            throw damage.at(start + cursor, "more chunks than bytes")
        }
        var result: [StoredChunk] = []
        var lastEnd: Int64 = 0
        var reference: UInt64 = 0
        for number in 0..<count {
            guard let time = Varint.read(content, at: &cursor), let span = Varint.read(content, at: &cursor),
                let place = Varint.read(content, at: &cursor)
            else { throw damage.at(start + cursor, "chunks that end too early") }
            let minTime = number == 0 ? Varint.unZigZag(time) : lastEnd &+ Int64(bitPattern: time)
            let maxTime = minTime &+ Int64(bitPattern: span)
            reference = number == 0 ? place : reference &+ UInt64(bitPattern: Varint.unZigZag(place))
            lastEnd = maxTime
            if minTime <= through, maxTime >= from {
                result.append(StoredChunk(minTime: minTime, maxTime: maxTime, reference: reference))
            }
        }
        return result
    }
}

/// Where a chunk of a block lies, and the times it spans.
struct StoredChunk: Sendable {
    var minTime: Int64
    var maxTime: Int64
    /// Segment and, in the low 32 bits, offset.
    var reference: UInt64
}
