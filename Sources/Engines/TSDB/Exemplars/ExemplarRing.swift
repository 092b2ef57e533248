import Basics
import SignalModel

/// The newest exemplars of all series, in the order they came; a new one takes the place of the oldest when all
/// places are taken. Those of one series are chained. The rules are Prometheus' (tsdb/exemplar.go).
///
/// Not safe for concurrent use. Adding takes constant time, selecting time in proportion to what is kept.
struct ExemplarRing: Sendable {
    enum Verdict: Sendable, Hashable {
        case fresh
        /// The newest of its series again: an exporter shows the same one until there is another.
        case duplicate
        /// Older than the newest of its series.
        case outOfOrder
        /// More label characters than `Exemplar.labelCharactersMax`.
        case tooLong
        /// There is no place for any.
        case disabled
    }

    private struct Slot {
        var exemplar: Exemplar
        /// Place in `chains`.
        var chain: Int
        /// The next one of the series; `none` for its newest.
        var next: Int
    }

    private struct Chain {
        var labels: Labels
        var oldest: Int
        var newest: Int
    }

    private static let none = -1

    private(set) var capacity: Int
    private var slots: ContiguousArray<Slot> = []
    /// Where the next one goes once `slots` has grown to the capacity.
    private var nextSlot = 0
    private var chains: ContiguousArray<Chain> = []
    private var freeChains: [Int] = []
    private var chainPlaces: [Labels: Int] = [:]

    private(set) var appendedCount = 0
    private(set) var outOfOrderCount = 0

    init(capacity: Int) { self.capacity = max(capacity, 0) }

    var count: Int { slots.count }
    var seriesCount: Int { chainPlaces.count }
    /// Of the one that came last.
    var lastTimestamp: Timestamp? {
        if slots.isEmpty { return nil }
        return slots[(nextSlot + slots.count - 1) % slots.count].exemplar.timestamp
    }

    /// What `add` would say.
    func verdict(on exemplar: Exemplar, of series: Labels) -> Verdict {
        guard capacity > 0 else { return .disabled }
        guard Self.isShort(exemplar.labels) else { return .tooLong }
        guard let chain = chainPlaces[series] else { return .fresh }
        let newest = slots[chains[chain].newest].exemplar
        if Self.isSame(newest, exemplar) { return .duplicate }
        // Several of one time are in the order of their values: a native histogram has one a bucket.
        if exemplar.timestamp != newest.timestamp {
            return exemplar.timestamp < newest.timestamp ? .outOfOrder : .fresh
        }
        if exemplar.value != newest.value { return exemplar.value < newest.value ? .outOfOrder : .fresh }
        return exemplar.labels < newest.labels ? .outOfOrder : .fresh
    }

    mutating func add(_ exemplar: Exemplar, of series: Labels) -> Verdict {
        let verdict = verdict(on: exemplar, of: series)
        if verdict == .outOfOrder { outOfOrderCount += 1 }
        guard verdict == .fresh else { return verdict }
        appendedCount += 1
        var slot = slots.count
        if slot < capacity {
            slots.append(Slot(exemplar: exemplar, chain: Self.none, next: Self.none))
        } else {
            slot = nextSlot
            nextSlot = (nextSlot + 1) % capacity
            dropOldest(slot)
            slots[slot].exemplar = exemplar
        }
        link(slot, to: series)
        return .fresh
    }

    /// One that was refused before it came to `add`.
    mutating func countOutOfOrder() { outOfOrderCount += 1 }

    private mutating func link(_ slot: Int, to series: Labels) {
        slots[slot].next = Self.none
        if let chain = chainPlaces[series] {
            slots[chains[chain].newest].next = slot
            chains[chain].newest = slot
            slots[slot].chain = chain
            return
        }
        let new = Chain(labels: series, oldest: slot, newest: slot)
        let chain = freeChains.popLast() ?? chains.count
        if chain < chains.count { chains[chain] = new } else { chains.append(new) }
        chainPlaces[series] = chain
        slots[slot].chain = chain
    }

    /// The oldest of all is the oldest of its series too.
    private mutating func dropOldest(_ slot: Int) {
        let chain = slots[slot].chain
        if slots[slot].next != Self.none {
            chains[chain].oldest = slots[slot].next
            return
        }
        chainPlaces[chains[chain].labels] = nil
        chains[chain].labels = .empty
        freeChains.append(chain)
    }

    /// Keeps the newest ones when there is room for fewer.
    mutating func resize(to capacity: Int) {
        guard capacity != self.capacity else { return }
        var resized = ExemplarRing(capacity: capacity)
        let dropped = max(0, slots.count - resized.capacity)
        var place = 0
        forEach { exemplar, series in
            if place >= dropped {
                resized.slots.append(Slot(exemplar: exemplar, chain: Self.none, next: Self.none))
                resized.link(resized.slots.count - 1, to: series)
            }
            place += 1
        }
        resized.appendedCount = appendedCount
        resized.outOfOrderCount = outOfOrderCount
        self = resized
    }

    /// All of them in the order they came.
    func forEach(_ body: (Exemplar, _ series: Labels) -> Void) {
        for offset in slots.indices {
            let slot = slots[(nextSlot + offset) % slots.count]
            body(slot.exemplar, chains[slot.chain].labels)
        }
    }

    /// See `ExemplarSource`.
    func select(_ selectors: [[Matcher]], from: Timestamp, through: Timestamp) -> [ExemplarSeries] {
        var found: [ExemplarSeries] = []
        for (labels, chain) in chainPlaces {
            guard slots[chains[chain].newest].exemplar.timestamp >= from,
                slots[chains[chain].oldest].exemplar.timestamp <= through,
                selectors.contains(where: { $0.allSatisfy { $0.matches(labels) } })
            else { continue }
            var series = ExemplarSeries(labels: labels, exemplars: [])
            var slot = chains[chain].oldest
            while slot != Self.none {
                let exemplar = slots[slot].exemplar
                if exemplar.timestamp > through { break }
                if exemplar.timestamp >= from { series.exemplars.append(exemplar) }
                slot = slots[slot].next
            }
            if !series.exemplars.isEmpty { found.append(series) }
        }
        return found.sorted { $0.labels < $1.labels }
    }

    private static func isSame(_ newest: Exemplar, _ other: Exemplar) -> Bool {
        guard newest.value == other.value, newest.labels == other.labels else { return false }
        return !(newest.isTimed || other.isTimed) || newest.timestamp == other.timestamp
    }

    private static func isShort(_ labels: Labels) -> Bool {
        // Fast path: as many bytes cannot be more characters.
        if labels.packed.count <= Exemplar.labelCharactersMax { return true }
        var characters = 0
        labels.packed.withUnsafeBytes { bytes in
            labels.forEachRange { name, value in
                for range in [name, value] {
                    for byte in bytes[range] where byte & 0xc0 != 0x80 { characters += 1 }
                }
            }
        }
        return characters <= Exemplar.labelCharactersMax
    }
}
