/// Series ids to test others against: ascending when few, a bit each when many.
enum IDSet {
    case few([UInt32])
    case many([UInt64])

    /// The series of a selection, among `idCount` ids.
    init(_ selection: ValueSelection, idCount: Int) {
        // One list is in order already. A bit for each id costs as much as one listed id in 32.
        guard selection.places.count > 1, selection.seriesCount > idCount / 32 else {
            var ids: [UInt32] = []
            ids.reserveCapacity(selection.seriesCount)
            for place in selection.places {
                selection.table.values[place].postings.withIDs { ids.append(contentsOf: $0) }
            }
            if selection.places.count > 1 { ids.sort() }
            self = .few(ids)
            return
        }
        var words = [UInt64](repeating: 0, count: idCount / 64 + 1)
        words.withUnsafeMutableBufferPointer { words in
            for place in selection.places {
                selection.table.values[place].postings.withIDs { ids in
                    for id in ids { words[Int(id >> 6)] |= 1 << UInt64(id & 63) }
                }
            }
        }
        self = .many(words)
    }

    init(_ ids: [UInt32], idCount: Int) {
        var words = [UInt64](repeating: 0, count: idCount / 64 + 1)
        for id in ids { words[Int(id >> 6)] |= 1 << UInt64(id & 63) }
        self = .many(words)
    }

    /// Every id in the set, ascending.
    var ids: [UInt32] {
        switch self {
        case .few(let ids): return ids
        case .many(let words):
            var ids: [UInt32] = []
            for (place, word) in words.enumerated() {
                var left = word
                while left != 0 {
                    ids.append(UInt32(place * 64 + left.trailingZeroBitCount))
                    left &= left - 1
                }
            }
            return ids
        }
    }

    /// An id given after the set was made is not in it.
    func contains(_ id: UInt32) -> Bool {
        switch self {
        case .few(let own):
            return own.withUnsafeBufferPointer { own in
                let place = Self.lowerBound(own, from: 0, id)
                return place < own.count && own[place] == id
            }
        case .many(let words): return Int(id >> 6) < words.count && words[Int(id >> 6)] >> UInt64(id & 63) & 1 == 1
        }
    }

    /// Whether one of ascending `ids` is in the set; ids given after it was made are not.
    func containsAny(_ ids: UnsafeBufferPointer<UInt32>) -> Bool {
        switch self {
        case .few(let own):
            return own.withUnsafeBufferPointer { own in
                var place = 0
                return ids.contains { id in
                    place = Self.lowerBound(own, from: place, id)
                    return place < own.count && own[place] == id
                }
            }
        case .many(let words):
            return words.withUnsafeBufferPointer { words in
                ids.contains { id in
                    Int(id >> 6) < words.count && words[Int(id >> 6)] >> UInt64(id & 63) & 1 == 1
                }
            }
        }
    }

    /// How many of ascending `ids` are in the set; ids given after it was made are not.
    func count(_ ids: UnsafeBufferPointer<UInt32>) -> Int {
        switch self {
        case .few(let own):
            return own.withUnsafeBufferPointer { own in
                var place = 0
                return ids.reduce(0) { sum, id in
                    place = Self.lowerBound(own, from: place, id)
                    return sum + (place < own.count && own[place] == id ? 1 : 0)
                }
            }
        case .many(let words):
            return words.withUnsafeBufferPointer { words in
                ids.reduce(0) { sum, id in
                    sum + (Int(id >> 6) < words.count ? Int(words[Int(id >> 6)] >> UInt64(id & 63) & 1) : 0)
                }
            }
        }
    }

    /// Those of ascending `candidates` that are in the set, or with `inverted` those that are not.
    func filter(_ candidates: [UInt32], inverted: Bool = false) -> [UInt32] {
        switch self {
        case .many(let words):
            return words.withUnsafeBufferPointer { words in
                candidates.filter { (words[Int($0 >> 6)] >> UInt64($0 & 63) & 1 == 1) != inverted }
            }
        case .few(let ids):
            var place = 0
            return ids.withUnsafeBufferPointer { ids in
                candidates.filter { candidate in
                    place = Self.lowerBound(ids, from: place, candidate)
                    return (place < ids.count && ids[place] == candidate) != inverted
                }
            }
        }
    }

    /// The first place at or after `start` whose id is not below `id`: steps that double, then halves, so that a
    /// few candidates do not walk a long list.
    private static func lowerBound(_ ids: UnsafeBufferPointer<UInt32>, from start: Int, _ id: UInt32) -> Int {
        var low = start
        var step = 1
        while low + step < ids.count, ids[low + step] < id {
            low += step
            step *= 2
        }
        var high = min(ids.count, low + step)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
