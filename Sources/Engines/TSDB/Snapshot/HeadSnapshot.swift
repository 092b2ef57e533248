import Basics
import SignalModel

/// The head as it stood, in a file, so that a start need not replay all of the log: `head/NUMBER` stands for all log
/// segments up to NUMBER. It may also hold samples of later segments; replay passes over what is there already. The
/// log stays whole without it: a snapshot that is missing or damaged costs time, nothing else.
///
/// Layout (docs/formats/head.md): magic, version, then blocks of series, each with length and CRC-32C, an empty one,
/// blocks of exemplars, an empty one.
enum HeadSnapshot {
    static let magic: UInt32 = 0x5342_4853
    static let version: UInt8 = 3
    static let folderName = "head"
    /// Series are gathered up to this size before they are written.
    static let blockBytesTarget = 1 << 20
    /// A block that claims more is damaged.
    static let blockBytesMax = 1 << 30

    /// Numbers of the snapshots in `folder`, newest first.
    static func numbers(in folder: String, _ fileSystem: any FileSystem) throws -> [Int] {
        guard fileSystem.exists(folder) else { return [] }
        return try fileSystem.list(folder).compactMap(LogFormat.segmentNumber).sorted(by: >)
    }

    /// Writes a snapshot that stands for segments up to `number`, which must be applied, and removes older ones.
    /// Returns its size.
    static func write(_ head: Head, through number: Int, in folder: String, _ fileSystem: any FileSystem) throws
        -> Int
    {
        try BlockDirectory.ensure(folder, fileSystem)
        let path = "\(folder)/\(LogFormat.segmentName(number))"
        let draft = path + ".tmp"
        if fileSystem.exists(draft) { try fileSystem.remove(draft) }
        var file = try BlockFileWriter(draft, fileSystem)
        do {
            var bytes: [UInt8] = []
            bytes.appendBigEndian(magic)
            bytes.append(version)
            try file.append(bytes)
            try writeSeries(of: head, to: &file)
            try writeExemplars(of: head) { try write($0, to: &file) }
            try write([], to: &file)
            try file.finish()
        } catch {
            file.abandon()
            // What cannot be removed now is removed with the next snapshot.
            try? fileSystem.remove(draft)
            throw error
        }
        let size = file.position
        try fileSystem.rename(draft, to: path)
        try fileSystem.syncDirectory(folder)
        for other in try numbers(in: folder, fileSystem) where other != number {
            try fileSystem.remove("\(folder)/\(LogFormat.segmentName(other))")
        }
        return size
    }

    private static func write(_ block: [UInt8], to file: inout BlockFileWriter) throws {
        var frame: [UInt8] = []
        frame.appendBigEndian(UInt32(block.count))
        frame.appendBigEndian(CRC32C.checksum(block))
        try file.append(frame)
        try file.append(block)
    }

    private static func writeSeries(of head: Head, to file: inout BlockFileWriter) throws {
        var block: [UInt8] = []
        func flush(_ file: inout BlockFileWriter) throws {
            try write(block, to: &file)
            block.removeAll(keepingCapacity: true)
        }
        for shard in head.shards {
            var read: [ObjectIdentifier: FileContent] = [:]
            var slot: UInt32 = 0
            var isDone = false
            while !isDone {
                // Appends get their turn after each thousand series.
                shard.lock.lock()
                let end = min(shard.slab.slotCount, slot + 1024)
                while slot < end {
                    if let record = shard.slab.record(at: slot), record.pointee.hasSamples {
                        append(record, to: &block, &read)
                    }
                    slot += 1
                }
                isDone = slot >= shard.slab.slotCount
                shard.lock.unlock()
                if block.count >= blockBytesTarget { try flush(&file) }
            }
            for file in read.values { file.forgetPages() }
        }
        if !block.isEmpty { try flush(&file) }
        try flush(&file)
    }

    /// Notes the files that chunks were read from.
    private static func append(
        _ record: UnsafeMutablePointer<SeriesRecord>, to block: inout [UInt8],
        _ read: inout [ObjectIdentifier: FileContent]
    ) {
        Varint.append(record.pointee.ref, to: &block)
        Varint.append(UInt64(record.pointee.labels.count), to: &block)
        block += record.pointee.labels
        Varint.append(UInt64(record.pointee.finished.count), to: &block)
        for chunk in record.pointee.finished {
            Varint.append(Varint.zigZag(chunk.minTime), to: &block)
            Varint.append(chunk.span, to: &block)
            block.append(chunk.encoding)
            chunk.appendBytes(to: &block)
            if let file = chunk.file { read[ObjectIdentifier(file)] = file }
        }
        record.pointee.open.encode(to: &block)
        let histograms = record.pointee.openHistograms
        block.append(histograms?.encoding ?? 0)
        if let histograms {
            Varint.append(UInt64(histograms.bytes.count), to: &block)
            block += histograms.bytes
        }
        let late = record.pointee.late
        Varint.append(UInt64(late?.times.count ?? 0), to: &block)
        for (time, bits) in zip(late?.times ?? [], late?.bits ?? []) {
            Varint.append(Varint.zigZag(time), to: &block)
            block.appendBigEndian(bits)
            let histogram = late?.histograms[time]
            block.append(histogram.map { $0.isFloat ? 2 : 1 } ?? 0)
            if let histogram { LogRecord.append(histogram, isFloat: histogram.isFloat, to: &block) }
        }
    }
}
