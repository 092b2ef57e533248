package struct DocumentQueueOptions: Sendable, Hashable {
    /// On disk, of what is not done yet. Beyond it appends are refused as `full` until `trim` has made room.
    package var bytesMax = 4 << 30
    /// A segment of at least so much is followed by another. Whole segments are what `trim` removes.
    package var segmentBytes = 16 << 20
    /// Of the newest records kept in memory for the reader; beyond it the reader goes to the disk.
    package var recentBytesMax = 32 << 20
    /// Of what is done, kept for who reads it again: the oldest segments go. Zero keeps nothing.
    package var keptBytesMax = 0
    /// What came longer ago is not kept; nil for no bound.
    package var keptAge: Duration?

    package init() {}
}
