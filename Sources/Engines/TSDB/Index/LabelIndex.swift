import Synchronization

/// Which series have which label: name → value → ascending ids. An id is given once and never again, so a
/// posting list grows only at its end.
final class LabelIndex: @unchecked Sendable {  // Everything but `idCount` is touched only under `lock`.
    let lock = ReadWriteLock()
    /// The names; a name's place here is its table's place in `tables`.
    private let names = ValueTable(name: [])
    private(set) var tables: [ValueTable] = []
    /// By id: where the series lies; `noLocation` once it is gone. Four bytes for each series ever listed, given
    /// back at a restart, when ids begin anew.
    private(set) var locations: ContiguousArray<UInt32> = []
    private(set) var liveCount = 0
    /// Ids given so far.
    let idCount = Atomic<Int>(0)

    static let noLocation = UInt32.max
    /// Beyond this a new series is refused as beyond the series limit; a restart numbers anew.
    static let idsMax = Int(UInt32.max) - 1

    var hasRoom: Bool { idCount.load(ordering: .relaxed) < Self.idsMax }

    /// Lists series that are not listed yet and returns their ids.
    func insert(_ series: [CommitTicket.NewSeries]) -> [UInt32] {
        lock.write {
            series.map { series in series.labels.withUnsafeBytes { insert($0, at: series.location) } }
        }
    }

    /// The same for one series, with the lock held for writing.
    func insert(_ labels: UnsafeRawBufferPointer, at location: UInt32) -> UInt32 {
        let id = UInt32(locations.count)
        locations.append(location)
        liveCount += 1
        idCount.store(locations.count, ordering: .relaxed)
        var cursor = 0
        while let label = PackedLabelWalk.next(labels, at: &cursor) {
            let place = names.intern(label.name)
            if place == tables.count { tables.append(ValueTable(name: Array(label.name))) }
            tables[place].add(id, to: label.value)
        }
        return id
    }

    /// Takes series off every list. The lock is given back between two names, so queries and new series wait
    /// for one of them only; until the end they may still meet an id whose location is gone.
    func remove(_ ids: [UInt32]) {
        guard !ids.isEmpty else { return }
        let tableCount = lock.write {
            for id in ids where locations[Int(id)] != Self.noLocation {
                locations[Int(id)] = Self.noLocation
                liveCount -= 1
            }
            return tables.count
        }
        for place in 0..<tableCount {
            lock.write { tables[place].filter { locations[Int($0)] != Self.noLocation } }
        }
    }

    /// The values of a label, nil when no series ever had it. The lock is held.
    func table(_ name: String) -> ValueTable? {
        var name = name
        return name.withUTF8 { names.place(of: UnsafeRawBufferPointer($0)) }.map { tables[$0] }
    }
}
