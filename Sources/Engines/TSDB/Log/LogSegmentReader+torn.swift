import Basics

extension LogSegmentReader {
    private static let sectorBytes = 512

    /// Whether damage looks like a write that a crash interrupted, so that nobody was told that what follows is
    /// stored. Asked only for the last segment. A disk may write the sectors of one write in any order: then
    /// whole records stand behind the damage, and a sector that never arrived reads as zeros.
    func isTornTail(_ damage: Damage) -> Bool {
        switch damage.kind {
        case .cutShort: true
        case .unsupported: false
        case .altered:
            !hasWholeFragment(after: damage.fragmentOffset) || hasEmptySector(from: damage.fragmentOffset)
        }
    }

    private func hasWholeFragment(after damaged: Int) -> Bool {
        let pageEnd = damaged - damaged % LogFormat.pageBytes + LogFormat.pageBytes
        // Further on in the same page, as far as the lengths still lead from one to the next.
        var place = damaged
        while place + LogFormat.fragmentHeaderBytes < min(pageEnd, bytes.count) {
            let length = Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
            place += LogFormat.fragmentHeaderBytes + length
            if place < pageEnd, isWholeFragment(at: place) { return true }
        }
        return stride(from: pageEnd, to: bytes.count, by: LogFormat.pageBytes).contains(where: isWholeFragment)
    }

    private func isWholeFragment(at place: Int) -> Bool {
        let start = place + LogFormat.fragmentHeaderBytes
        guard start < bytes.count, bytes[place] != LogFormat.Fragment.pageEnd.rawValue else { return false }
        let length = Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
        guard start + length <= bytes.count, start % LogFormat.pageBytes + length <= LogFormat.pageBytes else {
            return false
        }
        let expected = bytes[place + 3..<place + 7].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return bytes.withUnsafeBytes {
            CRC32C.matches(expected, UnsafeRawBufferPointer(rebasing: $0[start..<start + length]))
        }
    }

    private func hasEmptySector(from damaged: Int) -> Bool {
        let pageEnd = min(bytes.count, damaged - damaged % LogFormat.pageBytes + LogFormat.pageBytes)
        let first = damaged - damaged % Self.sectorBytes
        return stride(from: first, to: pageEnd, by: Self.sectorBytes).contains { sector in
            sector + Self.sectorBytes <= bytes.count
                && bytes[max(sector, damaged)..<sector + Self.sectorBytes].allSatisfy { $0 == 0 }
        }
    }
}
