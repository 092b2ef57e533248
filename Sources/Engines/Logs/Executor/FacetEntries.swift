/// The most frequent values of a field. Those that tie for the last places go by their texts, so that the answer is the
/// same every time; of millions that tie no more are kept than are wanted.
struct FacetEntries {
    private let limit: Int
    /// The least count that gets in.
    private let bound: Int
    private var above: [LogFacet.Entry] = []
    private var tied: [LogFacet.Entry] = []
    /// No text that is not before it gets in any more.
    private var last: String?

    init(limit: Int, bound: Int) {
        self.limit = limit
        self.bound = bound
    }

    mutating func add(_ entry: LogFacet.Entry) {
        guard entry.count == bound else {
            above.append(entry)
            return
        }
        if let last, entry.value.text >= last { return }
        tied.append(entry)
        if tied.count >= 2 * limit + 100 { settle() }
    }

    private mutating func settle() {
        tied.sort { $0.value.text < $1.value.text }
        if tied.count > limit { tied.removeLast(tied.count - limit) }
        if tied.count == limit { last = tied.last?.value.text }
    }

    /// Most records first.
    var sorted: [LogFacet.Entry] {
        var all = self
        all.settle()
        let first = above.sorted { $0.count != $1.count ? $0.count > $1.count : $0.value.text < $1.value.text }
        return Array((first + all.tied).prefix(limit))
    }
}
