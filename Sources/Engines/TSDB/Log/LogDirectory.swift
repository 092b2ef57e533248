import Basics
import SignalModel

/// What lies in a log's directory: segments in order, and the newest checkpoint of those before them.
struct LogDirectory {
    struct Segment: Sendable {
        var path: String
        /// As positions show it: relative to the log's directory.
        var name: String
        var number: Int
    }

    var path: String
    var checkpoint: Int?
    /// The checkpoint's own segments.
    var checkpointSegments: [Segment] = []
    var segments: [Segment] = []
    /// Left behind by a crash: half-made and outdated checkpoints, segments a checkpoint stands for.
    var leftovers: [String] = []

    /// Creates the directory when there is none.
    init(_ path: String, _ fileSystem: any FileSystem) throws {
        self.path = path
        if !fileSystem.exists(path) {
            try fileSystem.createDirectory(path)
            try fileSystem.syncDirectory(Self.parent(of: path))
        }
        let names = try fileSystem.list(path)
        checkpoint = names.compactMap(LogFormat.checkpointNumber).max()
        for name in names where name.hasPrefix(LogFormat.checkpointPrefix) {
            if LogFormat.checkpointNumber(name) != checkpoint || checkpoint == nil { leftovers.append(name) }
        }
        for segment in Self.segments(names, in: path, prefix: "") {
            if let checkpoint, segment.number <= checkpoint {
                leftovers.append(segment.name)
            } else {
                segments.append(segment)
            }
        }
        if let checkpoint {
            let name = LogFormat.checkpointName(checkpoint)
            checkpointSegments = Self.segments(try fileSystem.list("\(path)/\(name)"), in: path, prefix: name + "/")
        }
        try checkGaps(segments, after: checkpoint)
        try checkGaps(checkpointSegments, after: nil)
    }

    var nextSegment: Int { (segments.last?.number ?? checkpoint ?? -1) + 1 }

    /// A missing segment means missing samples, which nobody should find out by themselves.
    private func checkGaps(_ segments: [Segment], after previous: Int?) throws {
        var expected = previous.map { $0 + 1 } ?? segments.first?.number ?? 0
        for segment in segments {
            guard segment.number == expected else {
                throw SampleStoreError(
                    .corrupt, "write-ahead log \(path): segment \(LogFormat.segmentName(expected)) is missing")
            }
            expected += 1
        }
    }

    private static func segments(_ names: [String], in path: String, prefix: String) -> [Segment] {
        names.compactMap { name in
            LogFormat.segmentNumber(name).map {
                Segment(path: "\(path)/\(prefix)\(name)", name: prefix + name, number: $0)
            }
        }.sorted { $0.number < $1.number }
    }

    /// Removes what nothing refers to.
    func removeLeftovers(_ fileSystem: any FileSystem) throws {
        guard !leftovers.isEmpty else { return }
        for name in leftovers { try Self.removeAll("\(path)/\(name)", fileSystem) }
        try fileSystem.syncDirectory(path)
    }

    /// A file, or a directory of files.
    static func removeAll(_ path: String, _ fileSystem: any FileSystem) throws {
        if let names = try? fileSystem.list(path) {
            for name in names { try fileSystem.remove("\(path)/\(name)") }
        }
        try fileSystem.remove(path)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "." }
        return String(path[..<slash])
    }
}
