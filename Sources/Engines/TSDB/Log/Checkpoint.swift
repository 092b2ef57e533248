import Basics
import SignalModel

/// Makes one small log of what is still needed of the segments before it: the series that live, the samples not
/// yet expired. Prometheus' layout: a directory `checkpoint.NUMBER` of segments, standing for all up to NUMBER.
struct Checkpoint {
    let fileSystem: any FileSystem
    let directory: LogDirectory
    let segmentBytes: Int
    /// Samples before it are left out.
    let before: Int64
    /// Samples before it that no block holds: their ascending times by series.
    let late: [UInt64: [Int64]]
    /// Series that stay although none of the samples kept here is theirs.
    let liveRefs: Set<UInt64>

    /// Records are gathered up to this size before they are written.
    private static let recordBytesTarget = 1 << 20

    /// Replaces the segments up to `last` and the checkpoint before them. A crash at any point leaves either the
    /// old files or the new ones in force, and leftovers that the next start removes.
    func write(through last: Int) throws {
        let sources = directory.checkpointSegments + directory.segments.filter { $0.number <= last }
        let draft = "\(directory.path)/\(LogFormat.checkpointName(last)).tmp"
        if fileSystem.exists(draft) { try LogDirectory.removeAll(draft, fileSystem) }
        try fileSystem.createDirectory(draft)
        var keptRefs = liveRefs
        try forEachRecord(of: sources) { record, reader in try collectRefs(record, reader, into: &keptRefs) }
        let writer = SegmentWriter(
            fileSystem: fileSystem, directory: draft, nextSegment: 0, segmentBytes: segmentBytes)
        defer { writer.close() }
        try forEachRecord(of: sources) { record, reader in
            let kept = try filtered(record, reader, keptRefs)
            if kept.count > 1 { _ = try writer.append([LogRecord.compressed(kept)]) }
        }
        // The writer has synced the draft's own entries with each segment it began.
        try fileSystem.rename(draft, to: "\(directory.path)/\(LogFormat.checkpointName(last))")
        try fileSystem.syncDirectory(directory.path)
        try removeSources(through: last)
    }

    private func removeSources(through last: Int) throws {
        if let old = directory.checkpoint, old != last {
            try LogDirectory.removeAll("\(directory.path)/\(LogFormat.checkpointName(old))", fileSystem)
        }
        for segment in directory.segments where segment.number <= last { try fileSystem.remove(segment.path) }
        try fileSystem.syncDirectory(directory.path)
    }

    private func forEachRecord(
        of segments: [LogDirectory.Segment], _ body: (UnsafeRawBufferPointer, LogSegmentReader) throws -> Void
    ) throws {
        for segment in segments {
            let reader = LogSegmentReader(try fileSystem.read(segment.path, bytesMax: LogFormat.segmentBytesMax))
            do {
                while try reader.next({ try body($0, reader) }) {}
            } catch let damage as LogSegmentReader.Damage {
                let place = LogPosition(segment: segment.name, offset: damage.offset)
                throw SampleStoreError(.corrupt, "write-ahead log \(directory.path) at \(place): \(damage.reason)")
            }
        }
    }

    private func collectRefs(
        _ record: UnsafeRawBufferPointer, _ reader: LogSegmentReader, into refs: inout Set<UInt64>
    ) throws {
        if LogRecord.holdsHistograms(record) {
            guard let samples = LogRecord.histograms(record) else {
                throw reader.damage("a histograms record that does not decode")
            }
            for sample in samples where isKept(sample.ref, sample.time) { refs.insert(sample.ref) }
        }
        if record.first == LogFormat.Record.exemplars.rawValue {
            guard let entries = LogRecord.exemplars(record) else {
                throw reader.damage("an exemplars record that does not decode")
            }
            for entry in entries where entry.exemplar.timestamp.milliseconds >= before { refs.insert(entry.ref) }
        }
        guard record.first == LogFormat.Record.samples.rawValue else { return }
        guard var samples = LogRecord.SampleReader(record) else {
            throw reader.damage("a samples record without head")
        }
        while !samples.isAtEnd {
            guard let sample = samples.next() else { throw reader.damage("a samples record that ends too early") }
            if isKept(sample.ref, sample.time) { refs.insert(sample.ref) }
        }
    }

    @inline(__always)
    private func isKept(_ ref: UInt64, _ time: Int64) -> Bool {
        if time >= before { return true }
        // Nearly always there are none.
        if late.isEmpty { return false }
        return late[ref].map { $0.contains(time) } ?? false
    }

    /// The record without what expired. Types we do not read are left out, as they are at replay.
    private func filtered(
        _ record: UnsafeRawBufferPointer, _ reader: LogSegmentReader, _ refs: Set<UInt64>
    ) throws -> [UInt8] {
        switch record.first {
        case LogFormat.Record.series.rawValue:
            var kept: [UInt8] = [LogFormat.Record.series.rawValue]
            let isWhole = LogRecord.forEachSeries(record) { ref, labels in
                if refs.contains(ref) { LogRecord.appendSeries(ref: ref, labels: Array(labels), to: &kept) }
            }
            guard isWhole else { throw reader.damage("a series record that does not decode") }
            return kept
        case LogFormat.Record.samples.rawValue:
            return filteredSamples(record)
        case LogFormat.Record.tombstones.rawValue:
            guard let tombstones = LogRecord.tombstones(record) else {
                throw reader.damage("a tombstones record that does not decode")
            }
            // They stay behind the samples they are about.
            return LogRecord.tombstones(
                tombstones.filter { refs.contains($0.ref) && ($0.range.upperBound >= before || late[$0.ref] != nil) })
        case .some where LogRecord.holdsHistograms(record):
            // `collectRefs` has found the record whole.
            let kept = LogRecord.histograms(record)?.filter { isKept($0.ref, $0.time) } ?? []
            return LogRecord.histograms(kept, like: record[0])
        case LogFormat.Record.exemplars.rawValue:
            let entries = LogRecord.exemplars(record) ?? []
            return LogRecord.exemplars(entries.filter { $0.exemplar.timestamp.milliseconds >= before })
        default: return []
        }
    }

    /// `collectRefs` has found the record whole.
    private func filteredSamples(_ record: UnsafeRawBufferPointer) -> [UInt8] {
        // A sample is at least ten bytes long in the record.
        let room = SampleEncoder.headBytes + record.count / 10 * SampleEncoder.sampleBytesMax
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            guard let start = buffer.baseAddress, var samples = LogRecord.SampleReader(record) else { return }
            var encoder = SampleEncoder(start)
            while !samples.isAtEnd, let sample = samples.next() {
                if isKept(sample.ref, sample.time) { encoder.append(sample.ref, sample.time, sample.bits) }
            }
            count = encoder.count
        }
    }
}
