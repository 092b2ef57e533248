import FoundationEssentials

/// `meta.json` of a block, as Prometheus writes it and, under `thanos`, as Thanos reads it.
struct BlockMeta: Sendable, Hashable, Codable {
    struct Stats: Sendable, Hashable, Codable {
        var numSamples: UInt64? = 0
        var numSeries: UInt64? = 0
        var numChunks: UInt64? = 0
        var numTombstones: UInt64?
    }

    struct Parent: Sendable, Hashable, Codable {
        var ulid: String
        var minTime: Int64
        var maxTime: Int64
    }

    struct Compaction: Sendable, Hashable, Codable {
        var level: Int
        /// The blocks cut from a head that this one was made of, in the end.
        var sources: [String]?
        /// The blocks this one was made of.
        var parents: [Parent]?
        /// A merge of it failed once: it is left alone.
        var failed: Bool?
        /// All its samples are deleted.
        var deletable: Bool?
    }

    struct Thanos: Sendable, Hashable, Codable {
        struct File: Sendable, Hashable, Codable {
            var rel_path: String
            var size_bytes: Int?
        }
        struct Downsample: Sendable, Hashable, Codable { var resolution: Int64 }
        var version: Int?
        var labels: [String: String]
        var downsample: Downsample
        var source: String
        /// All objects of the block, in an object store.
        var files: [File]?
    }

    var ulid: String
    /// Milliseconds; samples lie in `minTime ..< maxTime`.
    var minTime: Int64
    var maxTime: Int64
    var stats: Stats? = Stats()
    var compaction: Compaction
    var version = 1
    var thanos: Thanos?

    /// Larger than any that Prometheus writes.
    static let bytesMax = 16 << 20

    var range: ClosedRange<Int64> { minTime...max(minTime, maxTime - 1) }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return Array(try encoder.encode(self))
    }

    static func decode(_ bytes: [UInt8]) throws -> BlockMeta {
        try JSONDecoder().decode(BlockMeta.self, from: Data(bytes))
    }
}
