import Basics

/// The series of one scrape, packed one after another, to be compared with those of the next.
struct SeriesSet: Sendable {
    private struct Place {
        var start: Int
        var count: Int
        var hash: UInt64
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    var count: Int { places.count }

    mutating func append(_ packed: [UInt8]) {
        let hash = packed.withUnsafeBytes { hash64($0) }
        places.append(Place(start: bytes.count, count: packed.count, hash: hash))
        bytes.append(contentsOf: packed)
    }

    /// The packed labels of the series that `other` lacks, in this set's order.
    func missing(from other: SeriesSet) -> [ArraySlice<UInt8>] {
        // Fast path: exporters list the same series in the same order, scrape after scrape.
        var position = 0
        while position < min(places.count, other.places.count), isSame(position, other, position) { position += 1 }
        if position == places.count { return [] }
        // Of two series with the same hash one is not found, and is then said to be missing: chance brings that
        // about never, and an exporter that does so on purpose only spoils its own series.
        var positions: [UInt64: Int] = [:]
        positions.reserveCapacity(other.places.count)
        for index in other.places.indices { positions[other.places[index].hash] = index }
        return places[position...].indices.compactMap { index in
            if let found = positions[places[index].hash], isSame(index, other, found) { return nil }
            return packed(index)
        }
    }

    private func packed(_ index: Int) -> ArraySlice<UInt8> {
        bytes[places[index].start..<places[index].start + places[index].count]
    }

    private func isSame(_ index: Int, _ other: SeriesSet, _ otherIndex: Int) -> Bool {
        places[index].hash == other.places[otherIndex].hash && packed(index) == other.packed(otherIndex)
    }
}
