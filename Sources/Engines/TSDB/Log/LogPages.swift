import Basics

/// Cuts records into checksummed fragments that do not cross pages, as bytes to be appended to a segment.
struct LogPages {
    private(set) var bytes: [UInt8] = []
    /// Where in its segment the next byte will lie.
    private(set) var offset: Int

    init(offset: Int) { self.offset = offset }

    /// Forgets the bytes, which the caller has written.
    mutating func removeAll(nextOffset: Int) {
        bytes.removeAll(keepingCapacity: true)
        offset = nextOffset
    }

    mutating func append(_ record: LogRecord.Encoded) {
        record.bytes.withUnsafeBytes { raw in
            let flag = record.isCompressed ? LogFormat.snappyFlag : 0
            var start = 0
            repeat {
                closePageIfFull()
                let room = LogFormat.pageBytes - offset % LogFormat.pageBytes - LogFormat.fragmentHeaderBytes
                let end = min(raw.count, start + room)
                let kind: LogFormat.Fragment =
                    switch (start == 0, end == raw.count) {
                    case (true, true): .full
                    case (true, false): .first
                    case (false, false): .middle
                    case (false, true): .last
                    }
                append(UnsafeRawBufferPointer(rebasing: raw[start..<end]), type: kind.rawValue | flag)
                start = end
            } while start < raw.count
        }
    }

    private mutating func append(_ part: UnsafeRawBufferPointer, type: UInt8) {
        let checksum = CRC32C.checksum(part)
        bytes.append(type)
        bytes.append(UInt8(truncatingIfNeeded: part.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: part.count))
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
        bytes.append(contentsOf: part)
        offset += LogFormat.fragmentHeaderBytes + part.count
    }

    /// A header must fit with at least the place for one byte; what is left of such a page is zeros. Prometheus
    /// closes a page when less than a header is left, and writes an empty first fragment into exactly a header.
    private mutating func closePageIfFull() {
        let left = LogFormat.pageBytes - offset % LogFormat.pageBytes
        guard left <= LogFormat.fragmentHeaderBytes else { return }
        bytes.append(contentsOf: repeatElement(0, count: left))
        offset += left
    }
}
