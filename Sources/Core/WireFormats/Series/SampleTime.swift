import Basics

/// Times that senders claim.
enum SampleTime {
    /// Within what the engines can add to and subtract from without overflow. A time beyond is nonsense, and still
    /// is at the edge, where the store refuses it as out of bounds and names the series.
    @inline(__always)
    static func clamped(_ milliseconds: Int64) -> Timestamp {
        Timestamp(
            milliseconds: min(
                max(milliseconds, Timestamp.distantPast.milliseconds), Timestamp.distantFuture.milliseconds))
    }
}
