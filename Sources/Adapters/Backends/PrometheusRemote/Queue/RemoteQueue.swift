package import Basics
import SignalModel
import Synchronization

/// Messages for the backend in the order they came, on disk until it has them: segments that only grow, and the place
/// up to which all is sent. Calls block. One caller at a time appends, and one reads and acknowledges.
package final class RemoteQueue: Sendable {
    /// A segment of this size is followed by a new one; whole segments are what is removed.
    package static let segmentBytesDefault = 8 << 20

    package struct Statistics: Sendable {
        /// Not acknowledged yet.
        package var bytes = 0
        package var bytesMax = 0
        /// Unreadable ones, passed over.
        package var damagedBytes = 0
    }

    /// What is to be sent next.
    struct Batch: Sendable {
        var records: [QueueRecord]
        /// Where each record ends.
        var ends: [QueuePosition]
    }

    private struct Segment {
        var number: Int
        /// Records beyond it are not complete.
        var end: Int
    }

    private struct Index {
        var segments: [Segment] = []
        var acknowledged = QueuePosition(segment: 1, offset: 0)
        var damagedBytes = 0

        /// After the acknowledged position.
        var bytes: Int {
            segments.reduce(0) { sum, segment in
                if segment.number < acknowledged.segment { return sum }
                let from = segment.number == acknowledged.segment ? acknowledged.offset : 0
                return sum + max(0, segment.end - max(from, QueueFormat.segmentHead.count))
            }
        }
    }

    /// The segment that is written to.
    private struct Writer {
        var file: (any AppendableFile)?
        var number = 0
    }

    private struct Positions {
        var file: AcknowledgedFile
        /// The last one could not be written, and that is told.
        var isFailing = false
    }

    private let directory: String
    private let fileSystem: any FileSystem
    private let bytesMax: Int
    private let segmentBytes: Int
    private let onProblem: @Sendable (String) -> Void
    private let index: Mutex<Index>
    private let writer: Mutex<Writer>
    private let positions: Mutex<Positions>

    /// Reads what is there; what a crash left half-written is cut off and told of.
    package init(
        _ directory: String, fileSystem: any FileSystem, bytesMax: Int, segmentBytes: Int = segmentBytesDefault,
        onProblem: @escaping @Sendable (String) -> Void
    ) throws {
        self.directory = directory
        self.fileSystem = fileSystem
        self.bytesMax = bytesMax
        self.segmentBytes = segmentBytes
        self.onProblem = onProblem
        if !fileSystem.exists(directory) { try fileSystem.createDirectory(directory) }
        let (file, position) = try AcknowledgedFile.open(in: directory, fileSystem)
        positions = Mutex(Positions(file: file))
        var found = Index()
        for number in try fileSystem.list(directory).compactMap(QueueFormat.segmentNumber).sorted() {
            found.segments.append(
                Segment(number: number, end: try fileSystem.size("\(directory)/\(QueueFormat.segmentName(number))")))
        }
        if let last = found.segments.popLast() {
            let sent = position.flatMap { $0.segment == last.number ? $0.offset : nil } ?? 0
            let end = try Self.mend(
                "\(directory)/\(QueueFormat.segmentName(last.number))", sent, fileSystem, onProblem)
            if let end { found.segments.append(Segment(number: last.number, end: end)) }
        }
        let first = QueuePosition(segment: found.segments.first?.number ?? 1, offset: 0)
        found.acknowledged = max(position ?? first, first)
        let last = max(found.segments.last?.number ?? 0, position?.segment ?? 0)
        index = Mutex(found)
        writer = Mutex(Writer(number: last))
        removeSent()
    }

    package var statistics: Statistics {
        index.withLock { Statistics(bytes: $0.bytes, bytesMax: bytesMax, damagedBytes: $0.damagedBytes) }
    }

    // MARK: Writing

    /// Room that is left.
    var freeBytes: Int { index.withLock { bytesMax - $0.bytes } }

    var fullError: SampleStoreError {
        SampleStoreError(
            .unavailable,
            "the queue to the backend of metrics.remote is full: \(bytesMax - freeBytes) of \(bytesMax) bytes wait")
    }

    /// Returns once all of `records` are durable. Nothing of them is kept when it throws.
    func append(_ records: [QueueRecord]) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.reduce(0) { $0 + $1.bytes })
        for record in records { record.write(to: &bytes) }
        guard bytes.count <= freeBytes else { throw fullError }
        try writer.withLock { writer in
            do {
                let file = try segment(&writer)
                let before = file.count
                do {
                    try file.append(bytes)
                    try file.sync()
                } catch {
                    // What is written and not synced is not sent: its sender will send it again. And a file whose
                    // sync has failed once is not trusted any more (the kernel may have dropped its pages).
                    if (try? file.truncate(to: before)) == nil {
                        onProblem("\(QueueFormat.segmentName(writer.number)) cannot be cut to \(before) bytes")
                    }
                    file.close()
                    writer.file = nil
                    throw error
                }
                publish(writer.number, end: file.count)
            } catch {
                throw SampleStoreError(.unavailable, "the queue to the backend of metrics.remote: \(error)")
            }
        }
    }

    private func segment(_ writer: inout Writer) throws(FileSystemError) -> any AppendableFile {
        if let file = writer.file, file.count < segmentBytes { return file }
        writer.file?.close()
        writer.file = nil
        let number = writer.number + 1
        let path = "\(directory)/\(QueueFormat.segmentName(number))"
        let file = try fileSystem.openForAppending(path)
        do throws(FileSystemError) {
            // Left by a failure just here.
            if file.count > 0 { try file.truncate(to: 0) }
            try file.append(QueueFormat.segmentHead)
            try fileSystem.syncDirectory(directory)
        } catch {
            file.close()
            throw error
        }
        writer.file = file
        writer.number = number
        return file
    }

    private func publish(_ number: Int, end: Int) {
        index.withLock { index in
            if index.segments.last?.number == number {
                index.segments[index.segments.count - 1].end = end
            } else {
                index.segments.append(Segment(number: number, end: end))
            }
        }
    }

    // MARK: Reading

    /// The oldest records not acknowledged, up to these many samples and bytes, but one at least; nil when there is
    /// none.
    func next(samplesMax: Int, bytesMax: Int) throws -> Batch? {
        while true {
            let (position, segment, following) = index.withLock { index in
                let place = index.segments.firstIndex { $0.number >= index.acknowledged.segment }
                let segment = place.map { index.segments[$0] }
                let following = place.flatMap { index.segments.dropFirst($0 + 1).first?.number }
                return (index.acknowledged, segment, following)
            }
            guard let segment else { return nil }
            let start = max(
                segment.number == position.segment ? position.offset : 0, QueueFormat.segmentHead.count)
            if start < segment.end {
                let batch = try read(segment, from: start, samplesMax: samplesMax, bytesMax: bytesMax)
                if !batch.records.isEmpty { return batch }
                pass(segment, from: start, following: following)
                continue
            }
            guard let following else { return nil }
            acknowledge(QueuePosition(segment: following, offset: 0))
        }
    }

    private func read(_ segment: Segment, from start: Int, samplesMax: Int, bytesMax: Int) throws -> Batch {
        let content = try fileSystem.map("\(directory)/\(QueueFormat.segmentName(segment.number))")
        return withExtendedLifetime(content) {
            var batch = Batch(records: [], ends: [])
            var (offset, samples, bytes) = (start, 0, 0)
            let end = min(segment.end, content.bytes.count)
            while let record = QueueRecord.read(content.bytes, at: offset, end: end) {
                samples += record.samples
                bytes += record.payload.count
                if !batch.records.isEmpty, samples > samplesMax || bytes > bytesMax { break }
                offset += record.bytes
                batch.records.append(record)
                batch.ends.append(QueuePosition(segment: segment.number, offset: offset))
            }
            return batch
        }
    }

    /// Goes past what cannot be read, and tells of it.
    private func pass(_ segment: Segment, from start: Int, following: Int?) {
        onProblem(
            "\(directory)/\(QueueFormat.segmentName(segment.number)) is damaged at byte \(start): "
                + "\(segment.end - start) bytes of samples are lost")
        index.withLock { $0.damagedBytes += segment.end - start }
        acknowledge(
            following.map { QueuePosition(segment: $0, offset: 0) }
                ?? QueuePosition(segment: segment.number, offset: segment.end))
    }

    /// Everything before `position` is with the backend. A position that cannot be written costs no more than samples
    /// sent twice after a crash.
    func acknowledge(_ position: QueuePosition) {
        positions.withLock { positions in
            do {
                try positions.file.append(position)
                positions.isFailing = false
            } catch {
                if !positions.isFailing { onProblem("\(error)") }
                positions.isFailing = true
            }
        }
        index.withLock { $0.acknowledged = position }
        removeSent()
    }

    /// Removes the segments before the acknowledged position. A start that finds an older position goes on with the
    /// first segment there is.
    private func removeSent() {
        let sent = index.withLock { index in
            index.segments.filter { $0.number < index.acknowledged.segment }.map(\.number)
        }
        for number in sent {
            do { try fileSystem.remove("\(directory)/\(QueueFormat.segmentName(number))") } catch {
                // The next start tries again.
                onProblem("\(error)")
            }
        }
        index.withLock { index in index.segments.removeAll { sent.contains($0.number) } }
    }

    package func close() {
        writer.withLock { writer in
            writer.file?.close()
            writer.file = nil
        }
        positions.withLock { $0.file.close() }
    }

    // MARK: Starting

    /// Cuts the last segment to its whole records and tells where it ends; nil when nothing is left of it. What is
    /// sent is not looked at any more.
    private static func mend(
        _ path: String, _ sent: Int, _ fileSystem: any FileSystem, _ onProblem: (String) -> Void
    ) throws -> Int? {
        let content = try fileSystem.map(path)
        let (size, end) = try withExtendedLifetime(content) {
            (content.bytes.count, try wholeBytes(content.bytes, path, sent))
        }
        if end == 0 {
            try fileSystem.remove(path)
            return nil
        }
        if end < size {
            onProblem("\(path): \(size - end) bytes after byte \(end) are no whole record and are cut off")
            try fileSystem.truncate(path, to: end)
        }
        return end
    }

    private static func wholeBytes(_ bytes: UnsafeRawBufferPointer, _ path: String, _ sent: Int) throws -> Int {
        let head = QueueFormat.segmentHead
        guard bytes.count >= head.count else { return 0 }
        guard bytes.prefix(head.count).elementsEqual(head) else {
            throw SampleStoreError(.corrupt, "\(path) is no queue of version \(head[4])")
        }
        var end = min(max(head.count, sent), bytes.count)
        while let record = QueueRecord.read(bytes, at: end, end: bytes.count) { end += record.bytes }
        return end
    }
}
