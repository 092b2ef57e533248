import Basics
import SignalModel
import Synchronization

/// Rebuilds the head from the log at start: the checkpoint first, then the segments behind it.
final class Replay {
    private let head: Head
    private let fileSystem: any FileSystem
    private let repairs: Bool
    private let validFrom: Int64
    private var hasSnapshot = false
    /// Segments up to this number are not read.
    private var skipped = -1
    private var refs = RefTable()
    private var highestRef: UInt64 = 0
    private var first = Int64.max
    private var last = Int64.min
    private(set) var report = ReplayReport()

    init(head: Head, fileSystem: any FileSystem, repairs: Bool) {
        self.head = head
        validFrom = head.validFrom.load(ordering: .relaxed)
        self.fileSystem = fileSystem
        self.repairs = repairs
    }

    /// Begins with a snapshot instead of with the log's oldest segments. Throws when it is damaged; this and the
    /// head are then of no use any more.
    func begin(with snapshot: Int, in folder: String) throws {
        let contents = try HeadSnapshot.read(snapshot, in: folder, into: head, refs: &refs, fileSystem)
        hasSnapshot = true
        highestRef = contents.highestRef
        first = contents.first
        last = contents.last
        head.lateCount.add(contents.late, ordering: .relaxed)
        report.series = contents.series
        report.snapshotBytes = contents.byteCount
        skipped = snapshot
    }

    func note(_ warning: String) { report.warnings.append(warning) }

    func run(_ directory: LogDirectory, progress: (ReplayReport) -> Void) throws {
        let checkpoint = hasSnapshot ? [] : directory.checkpointSegments
        let segments = directory.segments.filter { $0.number > skipped }
        report.segmentsTotal = checkpoint.count + segments.count
        for segment in checkpoint {
            try read(segment, isLast: false, in: directory)
            progress(report)
        }
        for (place, segment) in segments.enumerated() {
            let isCut = try read(segment, isLast: place == segments.count - 1, in: directory)
            progress(report)
            if isCut, place + 1 < segments.count {
                try dropSegments(segments[(place + 1)...], in: directory)
                break
            }
        }
        finish()
    }

    /// Returns true when the segment was cut because of damage.
    @discardableResult
    private func read(_ segment: LogDirectory.Segment, isLast: Bool, in directory: LogDirectory) throws -> Bool {
        let bytes = try fileSystem.read(segment.path, bytesMax: LogFormat.segmentBytesMax)
        report.bytes += bytes.count
        let reader = LogSegmentReader(bytes)
        do {
            while try reader.next({ try self.apply($0, of: reader) }) { report.records += 1 }
            report.segments += 1
            return false
        } catch let damage as LogSegmentReader.Damage {
            let place = LogPosition(segment: segment.name, offset: damage.offset)
            let isTorn = isLast && reader.isTornTail(damage)
            guard isTorn || (repairs && damage.kind != .unsupported) else {
                throw SampleStoreError(.corrupt, "write-ahead log \(directory.path) at \(place): \(damage.reason)")
            }
            try fileSystem.truncate(segment.path, to: damage.offset)
            report.segments += 1
            report.warnings.append(
                "write-ahead log at \(place): \(damage.reason); \(bytes.count - damage.offset) bytes "
                    + (isTorn ? "of an interrupted write cut off" : "cut off by repair"))
            return true
        }
    }

    /// What follows damage may build on what the damage took: it goes as well, and the warning says so.
    private func dropSegments(_ segments: ArraySlice<LogDirectory.Segment>, in directory: LogDirectory) throws {
        for segment in segments {
            let size = try fileSystem.size(segment.path)
            try fileSystem.remove(segment.path)
            report.warnings.append("write-ahead log: segment \(segment.name) (\(size) bytes) removed by repair")
        }
        try fileSystem.syncDirectory(directory.path)
    }

    // MARK: Records

    private func apply(_ record: UnsafeRawBufferPointer, of reader: LogSegmentReader) throws {
        guard let type = record.first else { throw reader.damage("an empty record") }
        switch LogFormat.Record(rawValue: type) {
        case .series:
            guard try LogRecord.forEachSeries(record, { try self.add(ref: $0, labels: $1) }) else {
                throw reader.damage("a series record that does not decode")
            }
        case .samples: try applySamples(record, of: reader)
        case .histograms, .floatHistograms, .customHistograms, .customFloatHistograms:
            try applyHistograms(record, of: reader)
        case .exemplars: try applyExemplars(record, of: reader)
        case .tombstones: try applyTombstones(record, of: reader)
        case nil: report.skippedRecords[type, default: 0] += 1
        }
    }

    private func add(ref: UInt64, labels: UnsafeRawBufferPointer) throws {
        let hash = hash64(labels)
        let shard = head.shards[SeriesLocation.shard(ofHash: hash)]
        highestRef = max(highestRef, ref)
        if let known = shard.find(hash, labels) { return refs.set(ref, known) }
        guard let record = shard.create(hash, labels, ref: ref) else {
            throw SampleStoreError(.limit, "write-ahead log: more series than the head can hold")
        }
        record.pointee.isLogged = true
        refs.set(ref, record)
        report.series += 1
    }

    private func applySamples(_ record: UnsafeRawBufferPointer, of reader: LogSegmentReader) throws {
        guard var samples = LogRecord.SampleReader(record) else {
            throw reader.damage("a samples record without head")
        }
        while !samples.isAtEnd {
            guard let sample = samples.next() else { throw reader.damage("a samples record that ends too early") }
            guard let series = refs[sample.ref] else {
                report.unknownSeriesSamples += 1
                continue
            }
            guard sample.time > series.pointee.open.lastTime, sample.time >= validFrom else {
                applyLate(sample.time, sample.bits, to: series)
                continue
            }
            if series.pointee.apply(sample.time, sample.bits) {
                head.shards[SeriesLocation.shard(series.pointee.location)].finishedChunkCount += 1
            }
            first = min(first, sample.time)
            last = max(last, sample.time)
            report.samples += 1
        }
    }

    private func applyHistograms(_ record: UnsafeRawBufferPointer, of reader: LogSegmentReader) throws {
        guard var samples = LogRecord.HistogramReader(record) else {
            throw reader.damage("a histograms record without head")
        }
        while !samples.isAtEnd {
            guard let sample = samples.next() else {
                throw reader.damage("a histograms record that does not decode")
            }
            guard let series = refs[sample.ref] else {
                report.unknownSeriesSamples += 1
                continue
            }
            let bits = sample.histogram.fingerprint
            guard sample.time > series.pointee.open.lastTime, sample.time >= validFrom else {
                applyLate(sample.time, bits, sample.histogram, to: series)
                continue
            }
            head.shards[SeriesLocation.shard(series.pointee.location)].finishedChunkCount +=
                series.pointee.apply(sample.time, bits, sample.histogram)
            first = min(first, sample.time)
            last = max(last, sample.time)
            report.samples += 1
        }
    }

    private func applyTombstones(_ record: UnsafeRawBufferPointer, of reader: LogSegmentReader) throws {
        guard let tombstones = LogRecord.tombstones(record) else {
            throw reader.damage("a tombstones record that does not decode")
        }
        head.apply(
            tombstones.compactMap { tombstone in
                refs[tombstone.ref].map {
                    HeadDeletion(ref: $0.pointee.ref, location: $0.pointee.location, range: tombstone.range)
                }
            })
    }

    private func applyExemplars(_ record: UnsafeRawBufferPointer, of reader: LogSegmentReader) throws {
        guard let entries = LogRecord.exemplars(record) else {
            throw reader.damage("an exemplars record that does not decode")
        }
        head.exemplars.withLock { ring in
            for entry in entries where entry.exemplar.timestamp.milliseconds >= validFrom {
                guard let series = refs[entry.ref] else {
                    report.unknownSeriesSamples += 1
                    continue
                }
                // One that a snapshot has is a duplicate, or out of order.
                _ = ring.add(entry.exemplar, of: Labels(packed: series.pointee.labels))
            }
        }
    }

    /// Not newer than what its series has, or of a time that blocks hold. Whether a block holds it does not show;
    /// twice is as good as once.
    private func applyLate(
        _ time: Int64, _ bits: UInt64, _ histogram: NativeHistogram? = nil,
        to series: UnsafeMutablePointer<SeriesRecord>
    ) {
        // A snapshot may be a little ahead of the log.
        if hasSnapshot, series.pointee.holds(time) { return }
        guard head.limits.lateWindow > .zero else {
            if time >= validFrom { report.staleSamples += 1 }
            return
        }
        if time == series.pointee.open.lastTime, bits == series.pointee.open.lastBits { return }
        if series.pointee.applyLate(time, bits, histogram) { head.lateCount.add(1, ordering: .relaxed) }
    }

    // MARK: End

    private func finish() {
        head.lastRef.store(highestRef, ordering: .relaxed)
        if first <= last { head.widen(first, last) }
        var count = 0
        head.index.lock.write {
            for shard in head.shards {
                for slot in 0..<shard.slab.slotCount {
                    guard let record = shard.slab.record(at: slot) else { continue }
                    count += 1
                    record.pointee.resetAdmission()
                    guard record.pointee.hasSamples else {
                        // A series is listed with the batch that brings its labels to the log; let the next one.
                        record.pointee.isLogged = false
                        continue
                    }
                    record.pointee.id = record.pointee.labels.withUnsafeBytes {
                        head.index.insert($0, at: record.pointee.location)
                    }
                }
            }
        }
        head.seriesCount.store(count, ordering: .relaxed)
        // A snapshot from before the newest cut still holds what the blocks have by now.
        if first < validFrom { head.truncate(before: validFrom) }
        report.countSkipped()
    }
}
