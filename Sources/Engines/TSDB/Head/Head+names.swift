import SignalModel
import Synchronization

/// Names and values of labels on series that match and have samples in a range.
extension Head {
    /// What may be listed, each with a few series that have it, or all of them; packed, since there are many.
    private struct Candidates {
        struct Entry {
            /// UTF-8 in `bytes`, compared bytewise: two texts that look alike are two.
            var text: Range<Int>
            /// In `ids` and `locations`.
            var series: Range<Int>
            /// There are more series than these.
            var isCut: Bool
        }

        var entries: [Entry] = []
        var bytes: [UInt8] = []
        var ids: [UInt32] = []
        var locations: [UInt32] = []
    }

    /// Looked at first of each name or value: the newest, which mostly has samples in the range.
    private static let firstLook = 1
    /// Where it has none, so many times more are looked at next, the oldest and the newest, until all are.
    private static let nextLook = 32

    func labelNames(_ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [String] {
        if isEverything(matchers, range) { return allNames() }
        let wanted = selection(matchers)
        return listed(range) { limit, isPending, candidates in
            for table in index.tables where isPending(table.name[...]) {
                list(table.name[...], table.values.lazy.map(\.postings), wanted, limit, &candidates)
            }
        }.sortedByBytes()
    }

    func labelValues(_ name: String, _ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [String] {
        if isEverything(matchers, range) { return allValues(name) }
        let wanted = selection(matchers)
        return listed(range) { limit, isPending, candidates in
            guard let table = index.table(name) else { return }
            for place in table.ordered {
                let value = table.values[Int(place)]
                let text = table.bytes[table.bytes(of: value)]
                if isPending(text) { list(text, CollectionOfOne(value.postings), wanted, limit, &candidates) }
            }
        }
    }

    private func allNames() -> [String] {
        index.lock.read {
            index.tables.filter { $0.values.contains(where: isThere) }.map {
                String(decoding: $0.name, as: UTF8.self)
            }
        }.sortedByBytes()
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

    /// Adds the oldest and the newest wanted series on the lists, `limit` in all. The index is locked.
    private func list(
        _ text: ArraySlice<UInt8>, _ lists: some BidirectionalCollection<PostingList>, _ wanted: IDSet?, _ limit: Int,
        _ candidates: inout Candidates
    ) {
        let start = candidates.ids.count
        var isCut = false
        func take(_ id: UInt32, upTo count: Int) -> Bool {
            let location = index.locations[Int(id)]
            guard location != LabelIndex.noLocation, wanted?.contains(id) ?? true else { return true }
            guard candidates.ids.count - start < count else {
                isCut = true
                return false
            }
            candidates.ids.append(id)
            candidates.locations.append(location)
            return true
        }
        oldest: for postings in lists {
            if !postings.withIDs({ ids in ids.allSatisfy { take($0, upTo: limit / 2) } }) { break oldest }
        }
        if isCut {
            newest: for postings in lists.reversed() {
                if !postings.withIDs({ ids in ids.reversed().allSatisfy { take($0, upTo: limit) } }) { break newest }
            }
        }
        guard candidates.ids.count > start else { return }
        let textStart = candidates.bytes.count
        candidates.bytes.append(contentsOf: text)
        candidates.entries.append(
            .init(text: textStart..<candidates.bytes.count, series: start..<candidates.ids.count, isCut: isCut))
    }

    /// Looks at one series of each, then at more of those where it has no samples in the range. `gather` is called
    /// with the index locked, which no shard may be meanwhile. In the order of `gather`, as far as one look is enough;
    /// bytewise otherwise.
    private func listed(
        _ range: ClosedRange<Int64>,
        _ gather: (_ limit: Int, _ isPending: (ArraySlice<UInt8>) -> Bool, _ candidates: inout Candidates) -> Void
    ) -> [String] {
        var limit = Self.firstLook
        var found: [String] = []
        var pending: Set<ArraySlice<UInt8>> = []
        var isFirst = true
        repeat {
            var candidates = Candidates()
            let idCount = index.lock.read {
                gather(limit, { isFirst || pending.contains($0) }, &candidates)
                return index.locations.count
            }
            // By id: a place may be another series' by now.
            var withSamples = [UInt64](repeating: 0, count: idCount / 64 + 1)
            visit(candidates.locations, range) { record in
                let id = record.pointee.id
                if id < idCount { withSamples[Int(id >> 6)] |= 1 << UInt64(id & 63) }
            }
            pending = []
            for entry in candidates.entries {
                let isThere = candidates.ids[entry.series].contains { id in
                    withSamples[Int(id >> 6)] & 1 << UInt64(id & 63) != 0
                }
                if isThere {
                    found.append(String(decoding: candidates.bytes[entry.text], as: UTF8.self))
                } else if entry.isCut {
                    pending.insert(candidates.bytes[entry.text])
                }
            }
            limit *= Self.nextLook
            if !isFirst { found = found.sortedByBytes() }
            isFirst = false
        } while !pending.isEmpty
        return found
    }
}
