import SignalModel

extension LabelIndex {
    /// Ascending ids of the series that all matchers accept, a missing label counting as the empty text: the
    /// meaning of Prometheus' `PostingsForMatchers`. The lock is held for reading.
    func ids(matching matchers: [Matcher]) -> [UInt32] {
        var wanted: [ValueSelection] = []
        var unwanted: [ValueSelection] = []
        for matcher in matchers {
            let table = table(matcher.name)
            if matcher.matchesEmpty {
                // Series without the label match, so the others are taken away instead.
                guard let table else { continue }
                let selection = ValueSelection(table, matcher, inverted: true)
                if !selection.places.isEmpty { unwanted.append(selection) }
            } else {
                guard let table else { return [] }
                let selection = ValueSelection(table, matcher, inverted: false)
                guard selection.seriesCount > 0 else { return [] }
                wanted.append(selection)
            }
        }
        // Smallest first: what is left only shrinks.
        wanted.sort { $0.seriesCount < $1.seriesCount }
        var found: [UInt32]
        if let first = wanted.first {
            found = IDSet(first, idCount: locations.count).ids
        } else {
            found = liveIDs
        }
        for selection in wanted.dropFirst() where !found.isEmpty {
            found = IDSet(selection, idCount: locations.count).filter(found)
        }
        for selection in unwanted where !found.isEmpty {
            found = IDSet(selection, idCount: locations.count).filter(found, inverted: true)
        }
        return found
    }

    private var liveIDs: [UInt32] {
        var ids: [UInt32] = []
        ids.reserveCapacity(liveCount)
        for (id, location) in locations.enumerated() where location != Self.noLocation { ids.append(UInt32(id)) }
        return ids
    }
}
