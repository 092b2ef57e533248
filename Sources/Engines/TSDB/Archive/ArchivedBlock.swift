import Basics
import SignalModel
import Synchronization

/// A block in the archive: known by its meta file, opened when a query first needs it.
final class ArchivedBlock: Sendable {
    let meta: BlockMeta
    let byteCount: Int
    /// The blocks cut from a head that it was made of.
    let sources: Set<String>
    private let files: ObjectBlockFiles
    private let opened = Mutex<Block?>(nil)

    init(_ meta: BlockMeta, _ store: any ObjectStore) {
        self.meta = meta
        sources = meta.sources
        byteCount = (meta.thanos?.files ?? []).reduce(0) { $0 + ($1.size_bytes ?? 0) }
        files = ObjectBlockFiles(meta.ulid, store)
    }

    static func isBefore(_ one: ArchivedBlock, _ other: ArchivedBlock) -> Bool {
        (one.meta.minTime, one.meta.ulid) < (other.meta.minTime, other.meta.ulid)
    }

    /// Throws `SampleStoreError`: a query that needs it fails rather than leave it out.
    func open() throws -> Block {
        try opened.withLock { opened in
            if let opened { return opened }
            let block = try Block(files)
            opened = block
            return block
        }
    }
}

extension BlockMeta {
    var sources: Set<String> { Set(compaction.sources ?? [ulid]) }

    /// Whether this block holds all that `other` does, and more or in a newer form.
    func supersedes(_ other: BlockMeta) -> Bool {
        if ulid == other.ulid { return false }
        if compaction.parents?.contains(where: { $0.ulid == other.ulid }) == true { return true }
        return sources.isStrictSuperset(of: other.sources)
    }
}
