internal import Basics
package import SignalModel

/// Documents to records of a batch: names with dots for objects in objects, elements for arrays. From JSON it goes
/// without building a tree.
///
/// The document itself is kept beside its fields only where they cannot rebuild it: arrays of objects or of arrays,
/// empty objects and arrays, members without a name, a value and members under one name. A name with dots counts as
/// objects in objects, as it does in Elasticsearch.
package struct RecordFlattener: Sendable {
    /// What a record has beside its document.
    package struct Header: Sendable {
        package var index: String
        package var identity: String?
        package var sequence: UInt64
        package var conflict: LogBatch.Conflict
        /// The record's time when the document does not say it.
        package var receivedNanoseconds: Int64
        /// What a record that it replaces or deletes must have; nil for nothing.
        package var owner: Labels?

        package init(
            index: String, identity: String? = nil, sequence: UInt64, conflict: LogBatch.Conflict = .keepsFirst,
            receivedNanoseconds: Int64, owner: Labels? = nil
        ) {
            self.index = index
            self.identity = identity
            self.sequence = sequence
            self.conflict = conflict
            self.receivedNanoseconds = receivedNanoseconds
            self.owner = owner
        }
    }

    /// Where a record's time comes from.
    package enum TimeOrigin: Sendable, Hashable {
        case document
        case missing
        /// `@timestamp` is no time: its value went to the field `originalTimestamp`.
        case unreadable
    }

    /// Keeps what stood in `@timestamp` and is no time.
    package static let originalTimestamp = "event.original_timestamp"

    package internal(set) var batch = LogBatch()
    var table = FieldNameTable()
    /// Counts documents, so that what a table says of one is not taken for another.
    var record = 0
    var needsSource = false
    /// The text is not what its sender wrote: U+FFFD stands for something.
    var isRepaired = false
    var timeNanoseconds: Int64?
    var timeOrigin = TimeOrigin.missing
    var scratch: [UInt8] = []
    var open: [Open] = []
    private var lastIndex: (name: String, number: UInt32)?

    /// An object or array whose members are being read.
    struct Open {
        var place: FieldNameTable.Place
        var isObject: Bool
        /// It is an array, or stands in one.
        var isInArray: Bool
    }

    package init() {}

    /// Memory of a larger batch is not kept for the next one.
    private static let keptBytesMax = 8 << 20

    /// What was added since the last time; what comes goes into a new one.
    package mutating func take() -> LogBatch {
        // It waits for long in memory, where what grew by doubling would take up to twice its size.
        let taken = batch.compact
        if batch.bytesCount > Self.keptBytesMax { batch = LogBatch() } else { batch.removeAll() }
        table.forgetNumbers()
        lastIndex = nil
        return taken
    }

    /// Adds the document `json`, or throws and adds nothing.
    package mutating func append(
        json: UnsafeRawBufferPointer, _ header: Header
    ) throws(WireFormatError) -> TimeOrigin {
        begin()
        do throws(WireFormatError) {
            var scanner = try DocumentScanner(json.assumingMemoryBound(to: UInt8.self))
            guard try flatten(&scanner) else {
                // Slow path: two members have one name. The tree knows which counts.
                batch.dropRecord()
                return try append(try DocumentReader.object(json), header)
            }
            if needsSource {
                if isRepaired {
                    let written = DocumentWriter.bytes(of: try DocumentReader.object(json))
                    written.withUnsafeBytes { batch.setSource($0) }
                } else {
                    batch.setSource(json)
                }
            }
        } catch {
            batch.dropRecord()
            throw error
        }
        end(header)
        return timeOrigin
    }

    package mutating func append(json: [UInt8], _ header: Header) throws(WireFormatError) -> TimeOrigin {
        do {
            return try json.withUnsafeBytes { try append(json: $0, header) }
        } catch {
            throw error as! WireFormatError
        }
    }

    /// Adds a document that was processed.
    package mutating func append(
        _ document: DocumentObject, _ header: Header
    ) throws(WireFormatError) -> TimeOrigin {
        begin()
        do throws(WireFormatError) {
            try flatten(document)
        } catch {
            batch.dropRecord()
            throw error
        }
        if needsSource { DocumentWriter.bytes(of: document).withUnsafeBytes { batch.setSource($0) } }
        end(header)
        return timeOrigin
    }

    /// That the record with the header's identity goes.
    package mutating func appendDeletion(_ header: Header) {
        var header = header
        header.conflict = .deletes
        begin()
        end(header)
    }

    private mutating func begin() {
        if table.isFull { table = FieldNameTable() }
        record += 1
        needsSource = false
        isRepaired = false
        timeNanoseconds = nil
        timeOrigin = .missing
        open.removeAll(keepingCapacity: true)
    }

    private mutating func end(_ header: Header) {
        let index: UInt32
        if let lastIndex, lastIndex.name == header.index {
            index = lastIndex.number
        } else {
            index = batch.number(of: header.index)
            lastIndex = (header.index, index)
        }
        let time = timeNanoseconds ?? header.receivedNanoseconds
        guard var identity = header.identity else {
            batch.endRecord(
                timestampNanoseconds: time, sequence: header.sequence, index: index, conflict: header.conflict)
            return
        }
        identity.withUTF8 {
            batch.endRecord(
                timestampNanoseconds: time, sequence: header.sequence, index: index,
                identity: UnsafeRawBufferPointer($0), conflict: header.conflict, owner: header.owner)
        }
    }

    /// Takes the time, or says that `text` is none and keeps it.
    mutating func setTime(_ nanoseconds: Int64?, else text: @autoclosure () -> String) {
        if let nanoseconds {
            timeNanoseconds = nanoseconds
            timeOrigin = .document
        } else {
            timeOrigin = .unreadable
            batch.add(batch.number(of: Self.originalTimestamp), string: text())
        }
    }
}
