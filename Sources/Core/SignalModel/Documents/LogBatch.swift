/// Log records as the store takes them: fields flattened to dotted names, everything packed in shared arrays, so that
/// a record costs no allocation of its own.
///
/// The elements of an array are several fields of one name, marked `isElement`. What flattening would lose (an array
/// of objects, an empty object or array, a name with a dot beside an object) is kept by `setSource`.
package struct LogBatch: Sendable {
    package enum Kind: UInt8, Sendable {
        case null, bool, integer, double, string
    }

    /// One value of one record. 16 bytes.
    package struct Field: Sendable {
        /// The 64 bits of a boolean (0 or 1), an integer or a double; of a string its offset in `bytes`, shifted by
        /// 32, and its count.
        package var payload: UInt64
        /// Which of `names`.
        package var name: UInt32
        package var kind: Kind
        /// An element of an array, rather than a value that stands alone.
        package var isElement: Bool

        package init(name: UInt32, kind: Kind, payload: UInt64, isElement: Bool) {
            self.name = name
            self.kind = kind
            self.payload = payload
            self.isElement = isElement
        }
    }

    package struct Record: Sendable {
        /// Since 1970, UTC.
        package var timestampNanoseconds: Int64
        /// The place in the order of arrival: grows by at least one from record to record, over all batches, and is
        /// the same when the queue is read again after a crash.
        package var sequence: UInt64
        /// The index or data stream, one of `names`.
        package var index: UInt32
        /// The sender's `_id` in `bytes`; empty when it gave none.
        package var identity: Range<UInt32>
        /// The document as it was written, in `bytes`, only where its fields cannot rebuild it; else empty.
        package var source: Range<UInt32>
        /// In `fields`.
        package var fields: Range<UInt32>
        /// What an equal `identity` in the same index means.
        package var conflict: Conflict
    }

    package enum Conflict: UInt8, Sendable {
        /// The record that is there stays, this one is left out.
        case keepsFirst
        /// This one takes the place of the one that is there.
        case replaces
        /// No record: the one that is there goes.
        case deletes
    }

    package private(set) var bytes: [UInt8] = []
    package private(set) var fields: [Field] = []
    package private(set) var records: [Record] = []
    /// Names of fields and indices, each once.
    package private(set) var names: [String] = []
    /// Of records, by their places, that may only replace or delete what has these labels: see `endRecord`.
    package private(set) var owners: [Int: Labels] = [:]
    private var numbersOfNames: [String: UInt32] = [:]
    private var firstField: UInt32 = 0
    private var source: Range<UInt32> = 0..<0

    package init() {}

    /// One whose strings may stand in `bytes` already, for `add(_:field:)`.
    package init(sharing bytes: [UInt8]) { self.bytes = bytes }

    package var isEmpty: Bool { records.isEmpty }

    /// What it holds in memory, about.
    package var bytesCount: Int { bytes.count + fields.count * 16 + records.count * MemoryLayout<Record>.stride }

    /// The number of a name in this batch, for `add`.
    package mutating func number(of name: String) -> UInt32 {
        if let number = numbersOfNames[name] { return number }
        let number = UInt32(names.count)
        names.append(name)
        numbersOfNames[name] = number
        return number
    }

    package mutating func add(_ name: UInt32, string: UnsafeRawBufferPointer, isElement: Bool = false) {
        let start = UInt64(bytes.count)
        bytes.append(contentsOf: string)
        fields.append(
            Field(name: name, kind: .string, payload: start << 32 | UInt64(string.count), isElement: isElement))
    }

    package mutating func add(_ name: UInt32, string: String, isElement: Bool = false) {
        var string = string
        string.withUTF8 { add(name, string: UnsafeRawBufferPointer($0), isElement: isElement) }
    }

    package mutating func add(_ name: UInt32, integer: Int64, isElement: Bool = false) {
        fields.append(
            Field(name: name, kind: .integer, payload: UInt64(bitPattern: integer), isElement: isElement))
    }

    package mutating func add(_ name: UInt32, double: Double, isElement: Bool = false) {
        fields.append(Field(name: name, kind: .double, payload: double.bitPattern, isElement: isElement))
    }

    package mutating func add(_ name: UInt32, bool: Bool, isElement: Bool = false) {
        fields.append(Field(name: name, kind: .bool, payload: bool ? 1 : 0, isElement: isElement))
    }

    /// The payload of a string that several fields are to share.
    package mutating func payload(of text: UnsafeRawBufferPointer) -> UInt64 {
        let start = UInt64(bytes.count)
        bytes.append(contentsOf: text)
        return start << 32 | UInt64(text.count)
    }

    package mutating func payload(of text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { payload(of: UnsafeRawBufferPointer($0)) }
    }

    /// A string that `payload` has placed.
    @inline(__always)
    package mutating func add(_ name: UInt32, payload: UInt64) {
        fields.append(Field(name: name, kind: .string, payload: payload, isElement: false))
    }

    /// A field of another batch, whose string, if it is one, stands at its place in `bytes`: see `init(sharing:)`.
    @inline(__always)
    package mutating func add(_ name: UInt32, field: Field) {
        var field = field
        field.name = name
        fields.append(field)
    }

    package mutating func addNull(_ name: UInt32, isElement: Bool = false) {
        fields.append(Field(name: name, kind: .null, payload: 0, isElement: isElement))
    }

    /// The document as it was written, for the record under way.
    package mutating func setSource(_ document: UnsafeRawBufferPointer) {
        source = appended(document)
    }

    /// Ends the record whose fields were added since the one before. With `owner` it replaces or deletes only a record
    /// whose fields have all of these labels; where there is another one it is left out.
    package mutating func endRecord(
        timestampNanoseconds: Int64, sequence: UInt64, index: UInt32,
        identity: UnsafeRawBufferPointer = .init(
            start: nil, count: 0), conflict: Conflict = .keepsFirst, owner: Labels? = nil
    ) {
        if let owner { owners[records.count] = owner }
        records.append(
            Record(
                timestampNanoseconds: timestampNanoseconds, sequence: sequence, index: index,
                identity: appended(identity), source: source, fields: firstField..<UInt32(fields.count),
                conflict: conflict))
        firstField = UInt32(fields.count)
        source = 0..<0
    }

    /// Takes back the fields added since the last record: its document turned out to be bad.
    package mutating func dropRecord() {
        fields.removeSubrange(Int(firstField)...)
        source = 0..<0
    }

    /// A copy that takes no more memory than it has to.
    package var compact: LogBatch {
        var copy = LogBatch()
        copy.bytes = bytes.withUnsafeBufferPointer { Array($0) }
        copy.fields = fields.withUnsafeBufferPointer { Array($0) }
        copy.records = records.withUnsafeBufferPointer { Array($0) }
        copy.names = names
        copy.owners = owners
        copy.numbersOfNames = numbersOfNames
        copy.firstField = firstField
        return copy
    }

    /// Empties it, keeping its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        owners.removeAll()
        numbersOfNames.removeAll(keepingCapacity: true)
        firstField = 0
        source = 0..<0
    }

    private mutating func appended(_ part: UnsafeRawBufferPointer) -> Range<UInt32> {
        guard part.count > 0 else { return 0..<0 }
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: part)
        return start..<UInt32(bytes.count)
    }
}

extension LogBatch.Field {
    /// Of a string: where it stands in `bytes`.
    package var bytesRange: Range<Int> {
        let start = Int(payload >> 32)
        return start..<start + Int(payload & 0xffff_ffff)
    }
}
