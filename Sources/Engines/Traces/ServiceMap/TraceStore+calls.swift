package import Logs

extension TraceStore {
    /// Sums up the calls of one part of which that has not been done, the latest first; false when there is none.
    package func sumUpCalls() throws(LogStoreError) -> Bool {
        for part in store.parts.parts.sorted(by: { $0.number > $1.number })
        where !PartCalls.isCurrent(store.derived(of: part), part) {
            let bytes: [UInt8]
            do throws(LogQueryError) { bytes = try PartCalls.bytes(of: part) } catch { throw .query(error) }
            try store.keep(derived: bytes, of: part)
            return true
        }
        return false
    }
}
