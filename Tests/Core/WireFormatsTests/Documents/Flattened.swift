import SignalModel

@testable import WireFormats

/// What a record holds, for comparison: its fields in their order as text.
struct Flattened: Equatable {
    var fields: [String]
    var source: String
    var timestampNanoseconds: Int64

    init(_ batch: LogBatch, _ number: Int = 0) {
        let record = batch.records[number]
        func text(_ range: Range<Int>) -> String { String(decoding: batch.bytes[range], as: UTF8.self) }
        fields = batch.fields[Int(record.fields.lowerBound)..<Int(record.fields.upperBound)].map { field in
            let value =
                switch field.kind {
                case .null: "null"
                case .bool: field.payload == 1 ? "true" : "false"
                case .integer: String(Int64(bitPattern: field.payload))
                case .double: String(Double(bitPattern: field.payload))
                case .string: "'" + text(field.bytesRange) + "'"
                }
            return batch.names[Int(field.name)] + (field.isElement ? "[]=" : "=") + value
        }
        source = text(Int(record.source.lowerBound)..<Int(record.source.upperBound))
        timestampNanoseconds = record.timestampNanoseconds
    }
}
