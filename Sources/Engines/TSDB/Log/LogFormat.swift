/// The layout of Prometheus' write-ahead log (tsdb/docs/format/wal.md; ours: docs/formats/wal.md).
enum LogFormat {
    static let pageBytes = 32 * 1024
    /// Type and flags (1), length (2), checksum (4).
    static let fragmentHeaderBytes = 7
    /// Prometheus' segment size. A record never crosses segments, so none can be larger.
    static let segmentBytesDefault = 128 << 20
    /// A segment that somebody made larger than this is refused as corrupt: it is read into memory whole.
    static let segmentBytesMax = 1 << 30
    /// What a compressed record may claim to unpack to; beyond it the record is corrupt.
    static let recordBytesMax = 256 << 20

    static let snappyFlag: UInt8 = 1 << 3
    static let zstdFlag: UInt8 = 1 << 4
    static let typeMask: UInt8 = 0x07

    enum Fragment: UInt8 {
        /// The rest of the page is zeros.
        case pageEnd = 0
        case full = 1
        case first = 2
        case middle = 3
        case last = 4
    }

    enum Record: UInt8 {
        case series = 1
        case samples = 2
        case tombstones = 3
        case exemplars = 4
        case histograms = 7
        case floatHistograms = 8
        case customHistograms = 9
        case customFloatHistograms = 10
    }

    static let checkpointPrefix = "checkpoint."

    static func segmentName(_ number: Int) -> String { padded(number) }
    static func checkpointName(_ number: Int) -> String { checkpointPrefix + padded(number) }

    /// The number of a segment file, nil for other names.
    static func segmentNumber(_ name: String) -> Int? {
        guard name.utf8.count >= 8, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(name)
    }

    static func checkpointNumber(_ name: String) -> Int? {
        guard name.hasPrefix(checkpointPrefix) else { return nil }
        return segmentNumber(String(name.dropFirst(checkpointPrefix.count)))
    }

    /// Bytes that `count` bytes of records take at most when written from `offset` on, page ends included.
    static func bytesNeeded(_ count: Int, records: Int) -> Int {
        let room = pageBytes - fragmentHeaderBytes
        return count + (count / room + 2 * records) * 2 * fragmentHeaderBytes
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}

/// A place in the log, as warnings and errors name it.
struct LogPosition: Sendable, Hashable, CustomStringConvertible {
    var segment: String
    var offset: Int

    var description: String { "\(segment):\(offset)" }
}
