import Basics
import SignalModel

/// The blocks a directory has when it is opened. Those that are damaged are named and left where they lie, the
/// others are served.
struct LoadedBlocks {
    private(set) var blocks: [Block] = []
    private(set) var warnings: [String] = []

    /// Removes what a crash left half made, and blocks that a larger one among the others was made of.
    init(_ folders: [String], _ fileSystem: any FileSystem) throws {
        for folder in folders {
            for path in try BlockDirectory.leftovers(in: folder, fileSystem) {
                try BlockDirectory.remove(path, fileSystem)
            }
            for path in try BlockDirectory.blocks(in: folder, fileSystem) {
                do { blocks.append(try Block(path, fileSystem)) } catch let error as SampleStoreError {
                    warnings.append("block set aside: \(error)")
                }
            }
        }
        let replaced = Set(blocks.flatMap { $0.meta.compaction.parents ?? [] }.map(\.ulid))
        for block in blocks where replaced.contains(block.meta.ulid) {
            try BlockDirectory.remove(block.path, fileSystem)
        }
        blocks.removeAll { replaced.contains($0.meta.ulid) }
    }
}
