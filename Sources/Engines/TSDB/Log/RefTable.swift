/// Log refs to records, for replay. Refs are mostly small and dense, so an array holds them; a log from elsewhere
/// may hold any number, and those go into a dictionary.
struct RefTable {
    typealias Record = UnsafeMutablePointer<SeriesRecord>

    private var dense: ContiguousArray<Record?> = []
    private var sparse: [UInt64: Record] = [:]
    private(set) var count = 0
    /// The array may have this many places more than four times the refs known.
    private static let slack = 1 << 20

    @inline(__always)
    subscript(ref: UInt64) -> Record? {
        if ref < UInt64(dense.count) { return dense[Int(ref)] }
        return sparse.isEmpty ? nil : sparse[ref]
    }

    mutating func set(_ ref: UInt64, _ record: Record) {
        count += 1
        if ref >= UInt64(dense.count), ref < UInt64(count * 4 + Self.slack) {
            let wanted = max(Int(ref) + 1, dense.count * 2)
            dense.append(contentsOf: repeatElement(nil, count: wanted - dense.count))
            // What the array now covers must be found there.
            for (other, record) in sparse where other < UInt64(wanted) {
                dense[Int(other)] = record
                sparse[other] = nil
            }
        }
        if ref < UInt64(dense.count) { dense[Int(ref)] = record } else { sparse[ref] = record }
    }
}
