internal import WireFormats

/// A time as `_ingest.timestamp` has it.
enum RecordTimeText {
    static func of(_ nanoseconds: Int64) -> String { RecordTime.text(nanoseconds: nanoseconds) }
}
