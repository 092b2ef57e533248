/// Series ids in ascending order. One id needs no memory of its own: most values of an instance or pod label
/// belong to few series, and a unique one to a single series.
///
/// Trivial on purpose; whoever holds it frees it with `release`.
struct PostingList {
    /// The only id, or the address of the ids when `capacity` is not 0.
    private var storage: UInt
    private(set) var count: UInt32
    private var capacity: UInt32

    init() {
        storage = 0
        count = 0
        capacity = 0
    }

    init(single id: UInt32) {
        storage = UInt(id)
        count = 1
        capacity = 0
    }

    /// `id` must be greater than all before it.
    mutating func append(_ id: UInt32) {
        if count == 0, capacity == 0 {
            storage = UInt(id)
            count = 1
            return
        }
        if count >= max(1, capacity) { grow() }
        guard let ids = pointer else { return }
        ids[Int(count)] = id
        count += 1
    }

    private var pointer: UnsafeMutablePointer<UInt32>? {
        capacity == 0 ? nil : UnsafeMutablePointer(bitPattern: storage)
    }

    private mutating func grow() {
        // Half as much again: doubling would leave a quarter of the index's memory idle on average.
        let grown = max(4, Int(capacity) + Int(capacity) / 2)
        let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: grown)
        withIDs { memory.initialize(from: $0.baseAddress!, count: $0.count) }
        pointer?.deallocate()
        storage = UInt(bitPattern: memory)
        capacity = UInt32(grown)
    }

    /// The ids are good only inside `body`.
    @inline(__always)
    func withIDs<Value>(_ body: (UnsafeBufferPointer<UInt32>) throws -> Value) rethrows -> Value {
        if let pointer { return try body(UnsafeBufferPointer(start: pointer, count: Int(count))) }
        var single = UInt32(truncatingIfNeeded: storage)
        return try withUnsafePointer(to: &single) {
            try body(UnsafeBufferPointer(start: $0, count: Int(count)))
        }
    }

    /// Keeps the ids that `isKept` accepts.
    mutating func filter(_ isKept: (UInt32) -> Bool) {
        guard let ids = pointer else {
            if count == 1, !isKept(UInt32(truncatingIfNeeded: storage)) { count = 0 }
            return
        }
        var kept = 0
        for place in 0..<Int(count) where isKept(ids[place]) {
            ids[kept] = ids[place]
            kept += 1
        }
        count = UInt32(kept)
    }

    mutating func release() {
        pointer?.deallocate()
        self = PostingList()
    }
}
