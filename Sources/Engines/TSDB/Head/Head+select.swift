import Basics
import SignalModel
import Synchronization

extension Head {
    /// The series that match and have samples in the range, in no particular order.
    func select(_ matchers: [Matcher], _ range: ClosedRange<Int64>, _ lease: BlockLease) -> [HeadSeries] {
        let locations = locations(matchers)
        var result: [HeadSeries] = []
        result.reserveCapacity(locations.count)
        visit(locations, range) { record in
            result.append(
                HeadSeries(
                    labels: Labels(packed: record.pointee.labels), head: self, ref: record.pointee.ref,
                    location: record.pointee.location, lease: lease))
        }
        return result
    }

    func locations(_ matchers: [Matcher]) -> [UInt32] {
        index.lock.read {
            index.ids(matching: matchers).compactMap { id in
                let location = index.locations[Int(id)]
                return location == LabelIndex.noLocation ? nil : location
            }
        }
    }

    /// Calls `body` for the records at `locations` with samples in the range, each shard's under its lock, which
    /// is given back after some hundred of them.
    func visit(
        _ locations: [UInt32], _ range: ClosedRange<Int64>, _ body: (UnsafeMutablePointer<SeriesRecord>) -> Void
    ) {
        let sliceMax = 512
        var byShard = [[UInt32]](repeating: [], count: shards.count)
        for location in locations { byShard[SeriesLocation.shard(location)].append(SeriesLocation.slot(location)) }
        for (shard, slots) in zip(shards, byShard) {
            var start = 0
            while start < slots.count {
                let end = min(slots.count, start + sliceMax)
                shard.lock.lock()
                for slot in slots[start..<end] {
                    guard let record = shard.slab.record(at: slot),
                        record.pointee.overlaps(range.lowerBound, range.upperBound)
                    else { continue }
                    body(record)
                }
                shard.lock.unlock()
                start = end
            }
        }
    }

    // MARK: Names and values

    func labelNames(_ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [String] {
        let ids = idsWithSamples(matchers, range)
        return index.lock.read {
            var names: [String] = []
            for table in index.tables where table.values.contains(where: { ids.isNil(or: $0.postings) }) {
                names.append(String(decoding: table.name, as: UTF8.self))
            }
            return names.sortedByBytes()
        }
    }

    func labelValues(_ name: String, _ matchers: [Matcher], _ range: ClosedRange<Int64>) -> [String] {
        let ids = idsWithSamples(matchers, range)
        return index.lock.read {
            guard let table = index.table(name) else { return [] }
            let values = table.values.filter { ids.isNil(or: $0.postings) }.map { table.text(of: $0) }
            return values.sortedByBytes()
        }
    }

    /// Nil for every series listed.
    private func idsWithSamples(_ matchers: [Matcher], _ range: ClosedRange<Int64>) -> IDSet? {
        // Fast path: every listed series has a sample, and all of them lie in the range.
        if matchers.isEmpty, lateCount.load(ordering: .acquiring) == 0,
            range.lowerBound <= minTime.load(ordering: .acquiring),
            range.upperBound >= maxTime.load(ordering: .acquiring)
        {
            return nil
        }
        let (locations, idCount) = index.lock.read {
            (index.ids(matching: matchers).map { index.locations[Int($0)] }, index.locations.count)
        }
        var ids: [UInt32] = []
        visit(locations.filter { $0 != LabelIndex.noLocation }, range) { record in
            // A series listed after the ids were counted is not there yet for this query.
            if Int(record.pointee.id) < idCount { ids.append(record.pointee.id) }
        }
        return IDSet(ids, idCount: idCount)
    }
}

extension IDSet? {
    fileprivate func isNil(or postings: PostingList) -> Bool {
        guard let self else { return postings.count > 0 }
        return postings.withIDs { self.containsAny($0) }
    }
}

extension [String] {
    /// Bytewise, as Prometheus sorts; Swift's order is by canonical equivalence.
    func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
