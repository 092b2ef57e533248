import Logs
import SignalModel

/// Documents for tests, written as names and values.
struct LogFixture {
    var batch = LogBatch()
    private var sequence: UInt64

    init(from sequence: UInt64 = 1) { self.sequence = sequence }

    mutating func add(
        at seconds: Int64, index: String = "logs-app-test", id: String = "",
        conflict: LogBatch.Conflict = .keepsFirst, source: String = "", _ fields: KeyValuePairs<String, FieldValue>
    ) {
        for (name, value) in fields { batch.add(field: name, value) }
        if !source.isEmpty { Array(source.utf8).withUnsafeBytes { batch.setSource($0) } }
        let number = batch.number(of: index)
        let time = seconds * 1_000_000_000
        Array(id.utf8).withUnsafeBytes {
            batch.endRecord(
                timestampNanoseconds: time, sequence: sequence, index: number, identity: $0, conflict: conflict)
        }
        sequence += 1
    }
}

extension LogBatch {
    mutating func add(field name: String, _ value: FieldValue, isElement: Bool = false) {
        let number = number(of: name)
        switch value {
        case .null: addNull(number, isElement: isElement)
        case .bool(let value): add(number, bool: value, isElement: isElement)
        case .integer(let value): add(number, integer: value, isElement: isElement)
        case .double(let value): add(number, double: value, isElement: isElement)
        case .string(let value): add(number, string: value, isElement: isElement)
        }
    }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
