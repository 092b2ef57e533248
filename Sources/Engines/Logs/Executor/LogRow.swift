internal import SignalModel

/// The place of a record in the order by time; of equal times the earlier sequence comes first.
package struct LogCursor: Sendable, Hashable, Comparable {
    package var timestampNanoseconds: Int64
    package var sequence: UInt64

    package init(timestampNanoseconds: Int64, sequence: UInt64) {
        self.timestampNanoseconds = timestampNanoseconds
        self.sequence = sequence
    }

    package static func < (left: LogCursor, right: LogCursor) -> Bool {
        (left.timestampNanoseconds, left.sequence) < (right.timestampNanoseconds, right.sequence)
    }
}

/// A record as an answer has it.
package struct LogRow: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package var name: String
        /// Of an array all elements.
        package var values: [FieldValue]
        package var isArray: Bool
    }

    package var place: LogCursor
    package var index: String
    /// The sender's `_id`, or the one that stands for its sequence.
    package var identity: String
    package var fields: [Field]
    /// The document as it was written, where its fields cannot rebuild it and the query wanted it whole.
    package var source: [UInt8]

    package subscript(name: String) -> FieldValue? { fields.first { $0.name == name }?.values.first }
}

/// Which rows a list is to have.
package struct LogRowsRequest: Sendable {
    package var isDescending: Bool
    package var limit: Int
    /// Rows behind this one in the order asked for.
    package var after: LogCursor?
    /// Names, `*` for any characters; nil for all fields, an empty list for none.
    package var fields: [String]?

    package init(isDescending: Bool = true, limit: Int, after: LogCursor? = nil, fields: [String]? = nil) {
        self.isDescending = isDescending
        self.limit = limit
        self.after = after
        self.fields = fields
    }
}
