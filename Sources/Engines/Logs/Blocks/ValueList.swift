package import SignalModel

/// Values in a row, packed by what they are.
package enum ValueList: Sendable, Hashable {
    case integers([Int64])
    case doubles([Double])
    case strings(PackedStrings)
    /// Of several kinds, or booleans and nulls: each as its text.
    case mixed(PackedStrings, kinds: [LogBatch.Kind])

    package var count: Int {
        switch self {
        case .integers(let values): values.count
        case .doubles(let values): values.count
        case .strings(let values): values.count
        case .mixed(_, let kinds): kinds.count
        }
    }

    package subscript(index: Int) -> FieldValue {
        switch self {
        case .integers(let values): .integer(values[index])
        case .doubles(let values): .double(values[index])
        case .strings(let values): .string(values[index])
        case .mixed(let values, let kinds): FieldValue(kind: kinds[index], text: values[index])
        }
    }

    package func kind(_ index: Int) -> LogBatch.Kind {
        switch self {
        case .integers: .integer
        case .doubles: .double
        case .strings: .string
        case .mixed(_, let kinds): kinds[index]
        }
    }

    package var kinds: Set<LogBatch.Kind> {
        switch self {
        case .integers: [.integer]
        case .doubles: [.double]
        case .strings: [.string]
        case .mixed(_, let kinds): Set(kinds)
        }
    }

    var bytesCount: Int {
        switch self {
        case .integers(let values): values.count * 8
        case .doubles(let values): values.count * 8
        case .strings(let values), .mixed(let values, _): values.bytes.count + values.count * 5
        }
    }
}
