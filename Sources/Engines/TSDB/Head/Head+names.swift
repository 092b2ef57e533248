import SignalModel
import Synchronization

/// Names and values of labels on series that match and have samples in a range.
extension Head {
    /// Something listed and a few series that have it, or all of them.
    private struct Listed {
        /// UTF-8, compared bytewise: two texts that look alike are two.
        var text: [UInt8]
        var series: [(id: UInt32, location: UInt32)] = []
        /// There are more series than these.
        var isCut = false
    }

    /// Looked at first of each name or value: mostly one of them has samples in the range.
    private static let firstLook = 2
    /// Where none has, so many times more are looked at next, until all are.
    private static let nextLook = 32

    func labelNames(_ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [String] {
        if isEverything(matchers, range) { return allNames() }
        let wanted = selection(matchers)
        return listed(range) { limit, isPending in
            index.tables.compactMap { table in
                let text = table.name
                return isPending(text) ? list(text, table.values.lazy.map(\.postings), wanted, limit) : nil
            }
        }
    }

    func labelValues(_ name: String, _ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [String] {
        if isEverything(matchers, range) { return allValues(name) }
        let wanted = selection(matchers)
        return listed(range) { limit, isPending in
            guard let table = index.table(name) else { return [] }
            return table.values.compactMap { value in
                let text = Array(table.bytes[table.bytes(of: value)])
                return isPending(text) ? list(text, CollectionOfOne(value.postings), wanted, limit) : nil
            }
        }
    }

    private func allNames() -> [String] {
        index.lock.read {
            sorted(index.tables.filter { $0.values.contains(where: isThere) }.map(\.name))
        }
    }

    /// The values of a label on any series there is; no series is looked at.
    private func allValues(_ name: String) -> [String] {
        index.lock.read {
            guard let table = index.table(name) else { return [] }
            return table.bytes.withUnsafeBytes { bytes in
                table.ordered.compactMap { place in
                    let value = table.values[Int(place)]
                    guard isThere(value) else { return nil }
                    return String(
                        decoding: UnsafeRawBufferPointer(rebasing: bytes[table.bytes(of: value)]), as: UTF8.self)
                }
            }
        }
    }

    /// Whether any series has the value. The index is locked.
    private func isThere(_ value: ValueTable.Value) -> Bool {
        value.postings.withIDs { ids in ids.contains { index.locations[Int($0)] != LabelIndex.noLocation } }
    }

    /// Every listed series has a sample, and all of them match and lie in the range.
    private func isEverything(_ matchers: [Matcher], _ range: ClosedRange<Int64>) -> Bool {
        matchers.isEmpty && lateCount.load(ordering: .acquiring) == 0
            && range.lowerBound <= minTime.load(ordering: .acquiring)
            && range.upperBound >= maxTime.load(ordering: .acquiring)
    }

    /// Nil for every series.
    private func selection(_ matchers: [Matcher]) -> IDSet? {
        if matchers.isEmpty { return nil }
        return index.lock.read { IDSet(index.ids(matching: matchers), idCount: index.locations.count) }
    }

    /// The first `limit` wanted series on the lists; nil when there is none. The index is locked.
    private func list(
        _ text: [UInt8], _ lists: some Sequence<PostingList>, _ wanted: IDSet?, _ limit: Int
    ) -> Listed? {
        var found = Listed(text: text)
        for postings in lists {
            if found.isCut { break }
            postings.withIDs { ids in
                for id in ids where wanted?.contains(id) ?? true {
                    let location = index.locations[Int(id)]
                    if location == LabelIndex.noLocation { continue }
                    if found.series.count == limit {
                        found.isCut = true
                        return
                    }
                    found.series.append((id, location))
                }
            }
        }
        return found.series.isEmpty ? nil : found
    }

    /// Looks at a few series of each, then at more of those where none of the few has samples in the range. `gather`
    /// is called with the index locked, which no shard may be meanwhile.
    private func listed(
        _ range: ClosedRange<Int64>,
        _ gather: (_ limit: Int, _ isPending: ([UInt8]) -> Bool) -> [Listed]
    ) -> [String] {
        var limit = Self.firstLook
        var candidates = index.lock.read { gather(limit) { _ in true } }
        var found: [[UInt8]] = []
        while !candidates.isEmpty {
            var withSamples: Set<UInt32> = []
            // By id: a place may be another series' by now.
            visit(candidates.flatMap { $0.series.map(\.location) }, range) { withSamples.insert($0.pointee.id) }
            var pending: Set<[UInt8]> = []
            for candidate in candidates {
                if candidate.series.contains(where: { withSamples.contains($0.id) }) {
                    found.append(candidate.text)
                } else if candidate.isCut {
                    pending.insert(candidate.text)
                }
            }
            limit *= Self.nextLook
            candidates = pending.isEmpty ? [] : index.lock.read { gather(limit) { pending.contains($0) } }
        }
        return sorted(found)
    }

    private func sorted(_ texts: [[UInt8]]) -> [String] {
        texts.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
