internal import GRDB
internal import Response
internal import WireFormats

/// A snapshot as it lies in its table: parts of records of one kind, a JSON line each, in a zstd frame with a checksum.
/// A head in `operations_snapshot`, written last, names the parts that count.
enum SnapshotParts {
    struct Head: Codable {
        var snapshot: Int64
        var parts: Int
        var records: Int
    }

    /// JSON of a part; a single record may make it longer. Small: an entry of the journal may wait until one is written.
    static let jsonBytes = 1 << 20
    /// What a part may come to; more is damage.
    static let jsonBytesMax = 1 << 30

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE operations_snapshot_part (
                    snapshot INTEGER NOT NULL,
                    part INTEGER NOT NULL,
                    kind TEXT NOT NULL,
                    records BLOB NOT NULL,
                    PRIMARY KEY (snapshot, part)
                ) STRICT
                """)
    }

    /// Takes a state's records and hands on each part as soon as it is full.
    struct Writer: StateRecordWriter {
        private(set) var head: Head
        private let hand: (_ part: Int, _ kind: StateRecordKind, _ frame: [UInt8]) throws -> Void
        private let lines = JSONLineWriter()
        private var kind = StateRecordKind.rest

        init(snapshot: Int64, _ hand: @escaping (Int, StateRecordKind, [UInt8]) throws -> Void) {
            head = Head(snapshot: snapshot, parts: 0, records: 0)
            self.hand = hand
        }

        mutating func write(_ record: some Encodable, _ kind: StateRecordKind) throws {
            if kind != self.kind { try flush() }
            self.kind = kind
            try lines.append(record)
            head.records += 1
            if lines.byteCount >= SnapshotParts.jsonBytes { try flush() }
        }

        mutating func flush() throws {
            guard lines.byteCount > 0 else { return }
            try hand(head.parts, kind, try CompressedSnapshot.frame(lines.take()))
            head.parts += 1
        }
    }

    /// The records of one part.
    struct Reader: StateRecordReader {
        private let lines: JSONReader
        private(set) var count = 0

        init(_ frame: [UInt8]) throws {
            lines = JSONReader(try CompressedSnapshot.content(of: frame, max: SnapshotParts.jsonBytesMax))
        }

        mutating func next<Record: Decodable>(_ type: Record.Type) throws -> Record? {
            guard !lines.isAtEnd else { return nil }
            count += 1
            return try lines.next(type)
        }
    }
}
