/// Numbers buckets by the bucket above them and their key, in the order in which they come up.
struct BucketNumbers<Key: FixedWidthInteger> {
    private struct Place: Hashable {
        var parent: Int32
        var key: Key
    }

    private var numbers: [Place: Int32] = [:]
    private(set) var keys: [Key] = []
    private(set) var byParent: [[Int32]] = []
    var counts: [Int] = []
    /// Places that were asked for lately, each where its bits say: records of few buckets come again and again.
    private var recent = [(place: Place, number: Int32)](
        repeating: (Place(parent: -1, key: 0), -1), count: recentCount)
    private let budget: AggregationBudget

    private static var recentCount: Int { 512 }

    init(_ budget: AggregationBudget) { self.budget = budget }

    /// The bucket's number, with one record more in it.
    mutating func count(_ key: Key, in parent: Int32) throws(LogQueryError) -> Int32 {
        let place = Place(parent: parent, key: key)
        let bits = UInt64(truncatingIfNeeded: key) &* 31 &+ UInt64(truncatingIfNeeded: parent)
        let slot = Int((bits &* 0x9e37_79b9_7f4a_7c15) >> 55)
        if recent[slot].place == place {
            let number = recent[slot].number
            counts[Int(number)] += 1
            return number
        }
        let number = try self.number(place)
        counts[Int(number)] += 1
        recent[slot] = (place, number)
        return number
    }

    /// Counts each row in the bucket of its key: of row `r` it is `keys[r]`, below zero for none. Adds rows that have
    /// one to `inner`, with their buckets, if anybody wants them.
    mutating func count(
        _ selection: RowSelection, keys: [Key], into inner: inout RowSelection?
    ) throws(LogQueryError) {
        for (row, parent) in zip(selection.rows, selection.buckets) {
            let key = keys[Int(row)]
            guard key >= 0 else { continue }
            let number = try count(key, in: parent)
            inner?.append(row, number)
        }
    }

    private mutating func number(_ place: Place) throws(LogQueryError) -> Int32 {
        if let number = numbers[place] { return number }
        try budget.hold(96)
        let number = Int32(keys.count)
        numbers[place] = number
        keys.append(place.key)
        counts.append(0)
        while byParent.count <= Int(place.parent) { byParent.append([]) }
        byParent[Int(place.parent)].append(number)
        return number
    }

    /// Those of one bucket above.
    func of(_ parent: Int?) -> [Int32] {
        guard let parent, parent < byParent.count else { return [] }
        return byParent[parent]
    }
}
