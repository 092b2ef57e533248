import Basics
import SignalModel

/// What was deleted from a block and still lies in it: times by series, in the block's file `tombstones`.
struct Tombstones: Sendable, Hashable {
    /// Inclusive, ascending, not touching; by the series' reference.
    private(set) var intervals: [UInt32: [ClosedRange<Int64>]] = [:]

    var isEmpty: Bool { intervals.isEmpty }
    var count: Int { intervals.values.reduce(0) { $0 + $1.count } }

    static let bytesMax = 1 << 30

    mutating func add(_ range: ClosedRange<Int64>, to reference: UInt32) {
        var merged = range
        var kept: [ClosedRange<Int64>] = []
        for other in intervals[reference] ?? [] {
            let touches =
                other.lowerBound <= Self.after(merged.upperBound)
                && merged.lowerBound <= Self.after(other.upperBound)
            if touches {
                merged = min(merged.lowerBound, other.lowerBound)...max(merged.upperBound, other.upperBound)
            } else {
                kept.append(other)
            }
        }
        kept.append(merged)
        intervals[reference] = kept.sorted { $0.lowerBound < $1.lowerBound }
    }

    private static func after(_ time: Int64) -> Int64 { time == .max ? time : time + 1 }

    var encoded: [UInt8] {
        var content: [UInt8] = [BlockFormat.tombstoneVersion]
        for (reference, ranges) in intervals.sorted(by: { $0.key < $1.key }) {
            for range in ranges {
                Varint.append(UInt64(reference), to: &content)
                Varint.append(Varint.zigZag(range.lowerBound), to: &content)
                Varint.append(Varint.zigZag(range.upperBound), to: &content)
            }
        }
        var bytes: [UInt8] = []
        bytes.appendBigEndian(BlockFormat.tombstoneMagic)
        bytes += content
        // Prometheus leaves the version out of the checksum.
        bytes.appendBigEndian(CRC32C.checksum(Array(content.dropFirst())))
        return bytes
    }

    /// No file is no deletion.
    static func read(_ files: any BlockFiles) throws -> Tombstones {
        let path = "\(files.location)/\(BlockFormat.tombstoneFile)"
        guard try files.exists(BlockFormat.tombstoneFile) else { return Tombstones() }
        let file = try files.content(BlockFormat.tombstoneFile)
        func damaged(_ reason: String) -> SampleStoreError { SampleStoreError(.corrupt, "\(path): \(reason)") }
        return try withExtendedLifetime(file) {
            let bytes = file.bytes
            guard bytes.count <= bytesMax else { throw damaged("larger than \(bytesMax) bytes") }
            guard bytes.count >= 9, bytes.bigEndian32(0) == BlockFormat.tombstoneMagic,
                bytes[4] == BlockFormat.tombstoneVersion,
                let content = bytes.slice(5, bytes.count - 9)
            else { throw damaged("not a tombstone file of version 1") }
            guard CRC32C.matches(bytes.bigEndian32(bytes.count - 4), content) else {
                throw damaged("the checksum is wrong")
            }
            var result = Tombstones()
            var cursor = 0
            while cursor < content.count {
                guard let reference = Varint.read(content, at: &cursor).flatMap(UInt32.init(exactly:)),
                    let from = Varint.read(content, at: &cursor).map(Varint.unZigZag),
                    let through = Varint.read(content, at: &cursor).map(Varint.unZigZag), from <= through
                else { throw damaged("byte \(cursor + 5): not an interval") }
                result.add(from...through, to: reference)
            }
            return result
        }
    }
}
