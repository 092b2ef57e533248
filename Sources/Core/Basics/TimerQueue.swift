internal import HeapModule

/// When each key is due, in milliseconds, and which is due first: O(log n) to set and to take, O(1) to look.
///
/// A heap whose entries are good only while they agree with the table; what was set anew leaves the old entry behind,
/// and the heap is built again when most of it is such.
package struct TimerQueue: Sendable {
    private struct Entry: Sendable, Comparable {
        var time: Int64
        var key: String

        static func < (left: Entry, right: Entry) -> Bool { (left.time, left.key) < (right.time, right.key) }
    }

    private var times: GradualDictionary<String, Int64> = [:]
    private var heap = Heap<Entry>()

    /// Stale entries allowed beyond as many as there are good ones.
    private static let staleMax = 256

    package init() {}

    package var isEmpty: Bool { times.isEmpty }
    package var count: Int { times.count }

    package subscript(key: String) -> Int64? { times[key] }

    /// Nil: never.
    package mutating func set(_ key: String, at time: Int64?) {
        guard let time else {
            times[key] = nil
            return dropStale()
        }
        guard times.updateValue(time, forKey: key) != time else { return }
        heap.insert(Entry(time: time, key: key))
        if heap.count > 2 * times.count + Self.staleMax { build() }
        dropStale()
    }

    package var next: Int64? { heap.min?.time }

    /// Removes what is due at `now`: earliest first, then by key.
    package mutating func takeDue(at now: Int64) -> [String] {
        var due: [String] = []
        while let first = heap.min, first.time <= now {
            heap.removeMin()
            if times[first.key] == first.time {
                times[first.key] = nil
                due.append(first.key)
            }
            dropStale()
        }
        return due
    }

    /// The first entry is always a good one.
    private mutating func dropStale() {
        while let first = heap.min, times[first.key] != first.time { heap.removeMin() }
    }

    private mutating func build() { heap = Heap(times.map { Entry(time: $0.value, key: $0.key) }) }
}

extension TimerQueue: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.times == right.times }
    package func hash(into hasher: inout Hasher) { hasher.combine(times) }
}

extension TimerQueue: Codable {
    package init(from decoder: any Decoder) throws {
        times = try GradualDictionary(from: decoder)
        build()
    }

    package func encode(to encoder: any Encoder) throws { try times.encode(to: encoder) }
}
