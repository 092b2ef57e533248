/// How much a store keeps, and when it writes.
package struct LogStoreSettings: Sendable, Hashable {
    /// Days that ended longer ago go, whole; nil keeps all.
    package var retention: Duration?
    /// While parts take more, the oldest day goes; nil for no bound.
    package var retentionBytes: Int?
    /// Records in memory that are written to parts; at twice as many `append` itself writes.
    package var pendingBytesMax = 40 << 20
    /// Records are written after so long, however few.
    package var pendingAge = Duration.seconds(60)
    /// At least so many are written, too, after nothing was added for so long: parts have an index of words, and a
    /// search after a burst need not look through what it left in memory.
    package var restingBytesMin = 1 << 20
    package var restingAge = Duration.seconds(2)
    /// Parts of a similar size of one day that become one.
    package var mergeCount = 8
    /// Larger parts are left as they are.
    package var partRowsMax = 4_000_000
    /// Of what queries decoded, kept for the next ones.
    package var cacheBytesMax = 32 << 20
    /// Rows of parts stand in groups; nil for the order of time.
    package var grouping: RowGrouping?
    /// A block ends at so many rows, at most `LogBlock.rowsMax`: small ones are read quickly for a few rows, large
    /// ones compress better.
    package var blockRowsMax = LogBlock.rowsMax

    /// Which documents' records were replaced or deleted is remembered, so that `replace` does not bring them back.
    package var remembersSuperseded = false

    package init() {}
}

package struct LogStoreStatistics: Sendable, Hashable {
    package struct SetAside: Sendable, Hashable {
        package var name: String
        package var reason: String
    }

    /// Records that are found: of parts and in memory.
    package var recordCount = 0
    package var pendingRecordCount = 0
    package var pendingBytes = 0
    package var partCount = 0
    package var partBytes = 0
    /// Records of parts that are deleted and still take space.
    package var deletedCount = 0
    package var mergeCount = 0
    /// Records left out because what they would have replaced or deleted was not their sender's.
    package var refusedCount = 0
    /// Parts that are damaged; the others are served.
    package var setAside: [SetAside] = []
}
