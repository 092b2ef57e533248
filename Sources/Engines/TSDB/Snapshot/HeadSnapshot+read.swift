import Basics
import SignalModel
import Synchronization

extension HeadSnapshot {
    /// Puts the snapshot's series into an empty head and notes their refs. Throws `SampleStoreError` `corrupt`; the
    /// head is then of no use any more.
    static func read(
        _ number: Int, in folder: String, into head: Head, refs: inout RefTable, _ fileSystem: any FileSystem
    ) throws -> Contents {
        let path = "\(folder)/\(LogFormat.segmentName(number))"
        func damaged(_ offset: Int, _ reason: String) -> SampleStoreError {
            SampleStoreError(.corrupt, "\(path) at byte \(offset): \(reason)")
        }
        let content = try fileSystem.map(path)
        let bytes = content.bytes
        guard bytes.bigEndian32(0) == magic, bytes.count > 5, bytes[4] == version else {
            throw damaged(0, "not a snapshot of version \(version)")
        }
        var contents = Contents()
        var offset = 5
        var sectionsLeft = 2
        var exemplarSeries: [Labels] = []
        while sectionsLeft > 0 {
            guard let length = bytes.bigEndian32(offset), length <= blockBytesMax,
                let checksum = bytes.bigEndian32(offset + 4), let block = bytes.slice(offset + 8, Int(length))
            else { throw damaged(offset, "a block past the end") }
            guard CRC32C.matches(checksum, block) else { throw damaged(offset, "a wrong checksum") }
            offset += 8 + block.count
            if block.isEmpty { sectionsLeft -= 1 }
            var cursor = 0
            while cursor < block.count, sectionsLeft == 1 {
                let isGood = head.exemplars.withLock { readExemplar(block, &cursor, into: &$0, &exemplarSeries) }
                guard isGood else { throw damaged(offset - block.count + cursor, "an exemplar that does not decode") }
            }
            while cursor < block.count {
                guard try readSeries(block, &cursor, of: content, into: head, &refs, &contents) else {
                    throw damaged(offset - block.count + cursor, "a series that does not decode")
                }
            }
        }
        content.forgetPages()
        guard offset == bytes.count else { throw damaged(offset, "bytes behind the end") }
        contents.byteCount = bytes.count
        return contents
    }

    struct Contents {
        var byteCount = 0
        var series = 0
        var highestRef: UInt64 = 0
        /// Of samples that are not late.
        var first = Int64.max
        var last = Int64.min
        var late = 0
    }

    /// False when the bytes are not a series. Chunks stay in `file`, of which `block` is a part.
    private static func readSeries(
        _ block: UnsafeRawBufferPointer, _ cursor: inout Int, of file: FileContent, into head: Head,
        _ refs: inout RefTable, _ contents: inout Contents
    ) throws -> Bool {
        guard let ref = Varint.read(block, at: &cursor), let labels = take(block, &cursor) else { return false }
        let hash = hash64(labels)
        let shard = head.shards[SeriesLocation.shard(ofHash: hash)]
        guard shard.find(hash, labels) == nil, let record = shard.create(hash, labels, ref: ref) else { return false }
        record.pointee.isLogged = true
        guard let count = Varint.read(block, at: &cursor), count <= UInt64(block.count) else { return false }
        record.pointee.finished.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let minTime = Varint.read(block, at: &cursor).map(Varint.unZigZag),
                let span = Varint.read(block, at: &cursor), let encoding = block.slice(cursor, 1)?[0]
            else { return false }
            cursor += 1
            let place = block.baseAddress! + cursor - file.bytes.baseAddress!
            guard take(block, &cursor) != nil,
                let chunk = EncodedChunk(minTime: minTime, span: span, encoding: encoding, in: file, at: place)
            else { return false }
            record.pointee.finished.append(chunk)
        }
        shard.finishedChunkCount += Int(count)
        guard let open = OpenChunk(decoding: block, at: &cursor) else { return false }
        record.pointee.open = open
        guard try readOpenHistograms(block, &cursor, into: record) else { return false }
        guard let lateCount = Varint.read(block, at: &cursor), lateCount <= UInt64(block.count) else { return false }
        for _ in 0..<lateCount {
            guard let time = Varint.read(block, at: &cursor).map(Varint.unZigZag),
                let bits = block.bigEndian64(cursor)
            else { return false }
            cursor += 8
            guard let kind = block.slice(cursor, 1)?[0] else { return false }
            cursor += 1
            if kind == 0 {
                if record.pointee.applyLate(time, bits) { contents.late += 1 }
            } else {
                guard let histogram = LogRecord.readHistogram(block, &cursor, isFloat: kind == 2) else {
                    return false
                }
                if record.pointee.applyLate(time, histogram.fingerprint, histogram) { contents.late += 1 }
            }
        }
        refs.set(ref, record)
        contents.series += 1
        contents.highestRef = max(contents.highestRef, ref)
        if record.pointee.isInOrder {
            contents.first = min(contents.first, record.pointee.minTime)
            contents.last = max(contents.last, record.pointee.maxTime)
        }
        return true
    }

    private static func readOpenHistograms(
        _ block: UnsafeRawBufferPointer, _ cursor: inout Int, into record: UnsafeMutablePointer<SeriesRecord>
    ) throws -> Bool {
        guard let encoding = block.slice(cursor, 1)?[0] else { return false }
        cursor += 1
        if encoding == 0 { return true }
        guard encoding == ChunkEncoding.histogram || encoding == ChunkEncoding.floatHistogram,
            let bytes = take(block, &cursor),
            let open = OpenHistogramChunk.reopened(bytes, isFloat: encoding == ChunkEncoding.floatHistogram)
        else { return false }
        record.pointee.openHistograms = open
        // Fingerprints are good within one run of the program only.
        record.pointee.open.note(open.lastTime, open.newest.fingerprint)
        return true
    }

    /// A length and so many bytes.
    static func take(_ block: UnsafeRawBufferPointer, _ cursor: inout Int) -> UnsafeRawBufferPointer? {
        guard let count = Varint.read(block, at: &cursor).flatMap({ Int(exactly: $0) }),
            let bytes = block.slice(cursor, count)
        else { return nil }
        cursor += count
        return bytes
    }
}
