import Basics

/// What a queue finds at its start: its segments, the last one cut to what is whole.
struct QueueDirectory {
    private(set) var segments: [QueueSegment] = []
    private(set) var report = QueueReport()
    private(set) var nextNumber = 1

    init(_ path: String, _ fileSystem: any FileSystem) throws {
        if !fileSystem.exists(path) {
            try fileSystem.createDirectory(path)
            try fileSystem.syncDirectory(Self.parent(of: path))
        }
        var numbers = try fileSystem.list(path).compactMap(QueueFormat.segmentNumber).sorted()
        nextNumber = (numbers.last ?? 0) + 1
        while let number = numbers.last {
            let file = "\(path)/\(QueueFormat.segmentName(number))"
            let content = try fileSystem.map(file)
            guard QueueFormat.header(of: content.bytes) == .torn else { break }
            // Begun when the power went: nothing in it was ever acknowledged.
            report.cutBytes += content.bytes.count
            try fileSystem.remove(file)
            numbers.removeLast()
        }
        for number in numbers { try read(number, isLast: number == numbers.last, path, fileSystem) }
    }

    /// Of a segment that is not the last only the header is read: where it ends the next one begins.
    private mutating func read(_ number: Int, isLast: Bool, _ path: String, _ fileSystem: any FileSystem) throws {
        let file = "\(path)/\(QueueFormat.segmentName(number))"
        let content = try fileSystem.map(file)
        let count = content.bytes.count
        switch QueueFormat.header(of: content.bytes) {
        case .good(let first):
            if let last = segments.indices.last {
                guard first >= segments[last].ordinals.lowerBound else {
                    throw DocumentQueueError(.damaged, "\(file): begins before the segment in front of it")
                }
                segments[last].ordinals = segments[last].ordinals.lowerBound..<first
            }
            var segment = QueueSegment(
                number: number, ordinals: first..<first, bytes: count,
                receivedAt: QueueFormat.receivedAt(ofFirstRecord: content.bytes) ?? .max)
            if isLast { try cutTail(of: &segment, content, file, fileSystem) }
            segments.append(segment)
        case .torn where count == 0:
            // Its first write failed, and what followed went to the next.
            try fileSystem.remove(file)
        case .torn, .foreign:
            throw DocumentQueueError(.damaged, "\(file): the header is not a queue's")
        case .otherVersion(let version):
            throw DocumentQueueError(
                .damaged, "\(file): version \(version), this program knows \(QueueFormat.version)")
        }
    }

    private mutating func cutTail(
        of segment: inout QueueSegment, _ content: FileContent, _ file: String, _ fileSystem: any FileSystem
    ) throws {
        var offset = QueueFormat.headerBytes
        var next = segment.ordinals.lowerBound
        while let record = QueueFormat.record(of: content.bytes, at: offset), record.firstOrdinal == next {
            next = record.ordinals.upperBound
            offset = record.payload.upperBound
        }
        segment.ordinals = segment.ordinals.lowerBound..<next
        if offset < content.bytes.count {
            report.cutBytes += content.bytes.count - offset
            try fileSystem.truncate(file, to: offset)
            segment.bytes = offset
        } else {
            // What a killed process wrote and did not sync must not be read now and lost by a power cut later.
            let opened = try fileSystem.openForAppending(file)
            defer { opened.close() }
            try opened.sync()
        }
        try fileSystem.syncDirectory(Self.parent(of: file))
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// What was not as it should be at a start.
package struct QueueReport: Sendable, Hashable {
    /// Half-written at the end of the last segment: nobody was told they were durable.
    package var cutBytes = 0
}
