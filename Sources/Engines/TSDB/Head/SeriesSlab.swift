/// Records in pages that never move, so a pointer to one stays good for as long as the head lives. Free places
/// are used again; a record's `labels` tell whether it is still the same one.
///
/// Not safe for concurrent use: the shard's lock is around it.
final class SeriesSlab {
    private static let pageShift: UInt32 = 10
    private static let pageCount = 1 << Int(pageShift)

    private var pages: ContiguousArray<UnsafeMutablePointer<SeriesRecord>> = []
    private var isUsed: ContiguousArray<Bool> = []
    private var free: ContiguousArray<UInt32> = []
    private(set) var usedCount = 0

    deinit {
        for slot in 0..<slotCount where isUsed[Int(slot)] { clear(slot) }
        for page in pages { page.deallocate() }
    }

    var slotCount: UInt32 { UInt32(isUsed.count) }

    @inline(__always)
    func pointer(_ slot: UInt32) -> UnsafeMutablePointer<SeriesRecord> {
        pages[Int(slot >> Self.pageShift)] + Int(slot) % Self.pageCount
    }

    /// The record at a place, nil when that is free.
    func record(at slot: UInt32) -> UnsafeMutablePointer<SeriesRecord>? {
        isUsed[Int(slot)] ? pointer(slot) : nil
    }

    func insert(_ record: SeriesRecord) -> UInt32 {
        let slot: UInt32
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = slotCount
            if Int(slot) == pages.count * Self.pageCount { pages.append(.allocate(capacity: Self.pageCount)) }
            isUsed.append(false)
        }
        pointer(slot).initialize(to: record)
        isUsed[Int(slot)] = true
        usedCount += 1
        return slot
    }

    func remove(_ slot: UInt32) {
        clear(slot)
        isUsed[Int(slot)] = false
        free.append(slot)
        usedCount -= 1
    }

    private func clear(_ slot: UInt32) {
        let place = pointer(slot)
        place.pointee.open.release()
        place.deinitialize(count: 1)
    }
}
