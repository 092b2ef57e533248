import Basics
import Synchronization

/// The blocks that queries read, oldest first, and who is still reading which of them.
///
/// A query takes a lease before it looks at anything; what it selected keeps the lease. So whoever moves samples
/// from the head to a block, or from blocks to a larger one, can wait until nobody relies on the old place.
final class BlockSet: Sendable {
    private struct State {
        var blocks: [Block] = []
        /// Raised with each change of `blocks`.
        var epoch: UInt64 = 0
        /// Leases out, by the epoch they were taken in.
        var readers: [UInt64: Int] = [:]
    }
    private let state = Mutex(State())

    var blocks: [Block] { state.withLock { $0.blocks } }

    func lease() -> BlockLease {
        state.withLock { state in
            state.readers[state.epoch, default: 0] += 1
            return BlockLease(set: self, epoch: state.epoch, blocks: state.blocks)
        }
    }

    fileprivate func giveBack(_ epoch: UInt64) {
        state.withLock { state in
            let left = (state.readers[epoch] ?? 1) - 1
            state.readers[epoch] = left == 0 ? nil : left
        }
    }

    /// Returns the epoch before the change: those who read then may not know of it.
    @discardableResult
    func replace(_ removed: [Block], with added: [Block]) -> UInt64 {
        state.withLock { state in
            let gone = Set(removed.map(\.path))
            state.blocks = (state.blocks.filter { !gone.contains($0.path) } + added)
                .sorted { ($0.meta.minTime, $0.meta.ulid) < ($1.meta.minTime, $1.meta.ulid) }
            state.epoch += 1
            return state.epoch - 1
        }
    }

    func hasReaders(upTo epoch: UInt64) -> Bool {
        state.withLock { $0.readers.keys.contains { $0 <= epoch } }
    }
}

/// The blocks as they were when a query began.
final class BlockLease: Sendable {
    let blocks: [Block]
    private let set: BlockSet
    private let epoch: UInt64

    fileprivate init(set: BlockSet, epoch: UInt64, blocks: [Block]) {
        self.set = set
        self.epoch = epoch
        self.blocks = blocks
    }

    deinit { set.giveBack(epoch) }
}
