/// What opening a database found in its log.
package struct ReplayReport: Sendable {
    package var segmentsTotal = 0
    package var segments = 0
    /// Of the log.
    package var bytes = 0
    /// Of the snapshot the start began with; zero without one.
    package var snapshotBytes = 0
    package var records = 0
    package var series = 0
    /// Blocks found and open.
    package var blocks = 0
    package var samples = 0
    /// Samples of series whose labels the log no longer has.
    package var unknownSeriesSamples = 0
    /// Samples not newer than what their series had: duplicates, and out-of-order ones of another writer.
    package var staleSamples = 0
    /// Records passed over, by type: tombstones and what we do not keep.
    package var skippedRecords: [UInt8: Int] = [:]
    package var took = Duration.zero
    /// One sentence each, for the log file.
    package var warnings: [String] = []

    private static let recordNames: [UInt8: String] = [
        3: "tombstones", 5: "mmap markers", 6: "metadata", 7: "histograms", 8: "float histograms",
        9: "custom-bucket histograms", 10: "custom-bucket float histograms",
    ]

    mutating func countSkipped() {
        for (type, count) in skippedRecords.sorted(by: { $0.key < $1.key }) {
            let name = Self.recordNames[type] ?? "type \(type)"
            warnings.append("write-ahead log: \(count) records passed over (\(name))")
        }
        if unknownSeriesSamples > 0 {
            warnings.append("write-ahead log: \(unknownSeriesSamples) samples of unknown series passed over")
        }
        if staleSamples > 0 {
            warnings.append("write-ahead log: \(staleSamples) samples not newer than their series passed over")
        }
    }
}
