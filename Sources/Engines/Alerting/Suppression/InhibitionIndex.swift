import SignalModel

/// For each inhibition rule, who inhibits and who would be inhibited, by the values of the rule's `equal` labels: one
/// alert that comes or goes costs a look-up a rule, and those it concerns are found without looking at the others.
struct InhibitionIndex: Sendable {
    private struct Side: Sendable {
        /// Sources that are no targets of the rule, sorted.
        var sources: [UInt64] = []
        /// Sources that are targets too: they inhibit only targets that are no sources.
        var twoSided: [UInt64] = []
        /// Targets that are no sources.
        var targets: Set<UInt64> = []
    }

    private let rules: [InhibitionRule]
    private var sides: [[[String]: Side]]

    init(_ rules: [InhibitionRule]) {
        self.rules = rules
        sides = Array(repeating: [:], count: rules.count)
    }

    /// An alert fires: notes it and inserts into `changed` whoever begins to be inhibited by it.
    mutating func insert(_ alert: UInt64, _ labels: [String: String], _ changed: inout Set<UInt64>) {
        edit(alert, labels, &changed) { list in
            let place = Self.place(of: alert, in: list)
            if place == list.count || list[place] != alert { list.insert(alert, at: place) }
        } target: {
            $0.insert(alert)
        }
    }

    /// An alert ended.
    mutating func remove(_ alert: UInt64, _ labels: [String: String], _ changed: inout Set<UInt64>) {
        edit(alert, labels, &changed) { list in
            let place = Self.place(of: alert, in: list)
            if place < list.count, list[place] == alert { list.remove(at: place) }
        } target: {
            $0.remove(alert)
        }
    }

    private mutating func edit(
        _ alert: UInt64, _ labels: [String: String], _ changed: inout Set<UInt64>,
        source: (inout [UInt64]) -> Void, target: (inout Set<UInt64>) -> Void
    ) {
        for (index, rule) in rules.enumerated() {
            let isSource = rule.sources.matches(labels)
            let isTarget = rule.targets.matches(labels)
            guard isSource || isTarget else { continue }
            let key = rule.key(labels)
            var side = sides[index].removeValue(forKey: key) ?? Side()
            let before = (side.sources.isEmpty, side.twoSided.isEmpty)
            switch (isSource, isTarget) {
            case (true, true): source(&side.twoSided)
            case (true, false): source(&side.sources)
            default: target(&side.targets)
            }
            // Who inhibits matters only between none and some.
            if before.0 != side.sources.isEmpty { changed.formUnion(side.twoSided) }
            let wasOpen = before.0 && before.1
            let isOpen = side.sources.isEmpty && side.twoSided.isEmpty
            if wasOpen != isOpen { changed.formUnion(side.targets) }
            if !isOpen || !side.targets.isEmpty { sides[index][key] = side }
        }
    }

    /// Who inhibits an alert of these labels: of the first rule that does, the smallest fingerprint.
    func inhibitor(of labels: [String: String]) -> UInt64? {
        for (index, rule) in rules.enumerated() where rule.targets.matches(labels) {
            guard let side = sides[index][rule.key(labels)] else { continue }
            if rule.sources.matches(labels) {
                if let first = side.sources.first { return first }
            } else if let first = [side.sources.first, side.twoSided.first].compactMap({ $0 }).min() {
                return first
            }
        }
        return nil
    }

    private static func place(of alert: UInt64, in list: [UInt64]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < alert { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
