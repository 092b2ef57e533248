import Basics
import SignalModel
import Synchronization

/// Blocks kept for long in an object store, in the layout that Thanos reads. One writer.
///
/// A block is shipped as soon as it is cut or merged; what a larger one holds is removed when that one is there. A
/// block counts once its `meta.json` is stored, which comes last.
final class BlockArchive: Sendable {
    private let store: any ObjectStore
    /// Blocks that end this long before the newest sample are removed.
    private let retention: Duration
    /// Put into the meta files, so that Thanos can tell the blocks of several stores apart.
    private let labels: [String: String]
    /// By time, then by ULID.
    private let held: Mutex<[ArchivedBlock]>

    /// Reads every meta file. Throws `SampleStoreError`: without them a query would leave out what is there.
    init(_ settings: ArchiveSettings) throws {
        store = settings.store
        retention = settings.retention
        labels = Dictionary(settings.labels.pairs.map { ($0.name, $0.value) }) { first, _ in first }
        var found: [ArchivedBlock] = []
        for name in try Self.told({ () throws(ObjectStoreError) in try settings.store.list("") }) {
            let parts = name.split(separator: "/")
            guard parts.count == 2, parts[1] == BlockFormat.metaFile, ULID(String(parts[0])) != nil else { continue }
            let bytes = try Self.told { () throws(ObjectStoreError) in try settings.store.content(name) }.array
            guard bytes.count <= BlockMeta.bytesMax,
                let meta = try? BlockMeta.decode(bytes), meta.ulid == parts[0],
                meta.minTime < meta.maxTime
            else { throw SampleStoreError(.corrupt, "archive: object \(name): no valid JSON of a block") }
            found.append(ArchivedBlock(meta, settings.store))
        }
        held = Mutex(found.sorted(by: ArchivedBlock.isBefore))
    }

    var blocks: [ArchivedBlock] { held.withLock { $0 } }

    func holds(_ block: Block) -> Bool { held.withLock { $0.contains { $0.meta.ulid == block.meta.ulid } } }

    /// Opened, those with samples of the range that are in none of `others`.
    func blocks(_ range: ClosedRange<Int64>, besides others: [Block]) throws -> [Block] {
        let overlapping = blocks.filter { $0.meta.range.overlaps(range) }
        guard !overlapping.isEmpty else { return [] }
        let known = others.reduce(into: Set<String>()) { $0.formUnion($1.meta.sources) }
        return try overlapping.filter { !$0.sources.isSubset(of: known) }.map { try $0.open() }
    }

    // MARK: Upkeep

    /// Copies the block, unless it is there.
    func ship(_ block: Block) throws {
        guard !holds(block) else { return }
        let target = ObjectBlockFiles(block.meta.ulid, store)
        var names = [BlockFormat.indexFile]
        names += try block.files.names(in: BlockFormat.chunkFolder).map { "\(BlockFormat.chunkFolder)/\($0)" }
        if try block.files.exists(BlockFormat.tombstoneFile) { names.append(BlockFormat.tombstoneFile) }
        var files: [BlockMeta.Thanos.File] = []
        for name in names {
            let content = try block.files.content(name)
            try Self.told { () throws(ObjectStoreError) in try store.put("\(target.location)/\(name)", content) }
            files.append(BlockMeta.Thanos.File(rel_path: name, size_bytes: content.bytes.count))
        }
        var meta = block.meta
        files.append(BlockMeta.Thanos.File(rel_path: BlockFormat.metaFile))
        meta.thanos = BlockMeta.Thanos(
            version: 1, labels: labels, downsample: BlockMeta.Thanos.Downsample(resolution: 0), source: "signalbox",
            files: files)
        try target.replace(BlockFormat.metaFile, with: meta.encoded())
        held.withLock { held in
            held.append(ArchivedBlock(meta, store))
            held.sort(by: ArchivedBlock.isBefore)
        }
    }

    /// Removes what larger blocks hold too, and what is past the retention.
    func prune(newest: Int64) throws {
        let all = blocks
        let (edge, isBeforeAll) = newest.subtractingReportingOverflow(retention.milliseconds)
        for block in all {
            let isOld = !isBeforeAll && block.meta.maxTime <= edge
            guard isOld || all.contains(where: { $0.meta.supersedes(block.meta) }) else { continue }
            held.withLock { held in held.removeAll { $0 === block } }
            try Self.told { () throws(ObjectStoreError) in
                // Without it the rest is no block any more, to nobody.
                try store.remove("\(block.meta.ulid)/\(BlockFormat.metaFile)")
                for name in try store.list("\(block.meta.ulid)/") { try store.remove(name) }
            }
        }
    }

    private static func told<Value>(_ body: () throws(ObjectStoreError) -> Value) throws -> Value {
        do { return try body() } catch { throw SampleStoreError(.unavailable, "archive: \(error)") }
    }
}
