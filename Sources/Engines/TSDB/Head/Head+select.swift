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
}

extension [String] {
    /// Bytewise, as Prometheus sorts; Swift's order is by canonical equivalence.
    func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
