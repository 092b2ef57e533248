/// Numbers buckets by the bucket above them and their key, in the order in which they come up.
struct BucketNumbers<Key: Hashable> {
    private struct Place: Hashable {
        var parent: Int32
        var key: Key
    }

    private var numbers: [Place: Int32] = [:]
    private(set) var keys: [Key] = []
    private(set) var byParent: [[Int32]] = []
    var counts: [Int] = []
    private var last: (place: Place, number: Int32)?
    private let budget: AggregationBudget

    init(_ budget: AggregationBudget) { self.budget = budget }

    /// The bucket's number, with one record more in it.
    mutating func count(_ key: Key, in parent: Int32) throws(LogQueryError) -> Int32 {
        let place = Place(parent: parent, key: key)
        // Fast path: records of one bucket come one after another.
        if let last, last.place == place {
            counts[Int(last.number)] += 1
            return last.number
        }
        let number = try self.number(place)
        counts[Int(number)] += 1
        last = (place, number)
        return number
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
