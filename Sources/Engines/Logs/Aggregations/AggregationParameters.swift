internal import SignalModel

/// The members of one aggregation's object.
struct AggregationParameters {
    /// What the request calls it.
    let name: String
    let type: String
    let object: DocumentObject

    func error(_ message: String) -> LogQueryError {
        LogQueryError(.argument, "aggregation [\(name)] of type [\(type)]: \(message)")
    }

    func field() throws(LogQueryError) -> String {
        guard let field = try text("field"), !field.isEmpty else {
            throw LogQueryError(
                .argument, "Required one of fields [field, script], but none were specified. ([\(name)])")
        }
        return field
    }

    func text(_ member: String) throws(LogQueryError) -> String? {
        guard let value = object[member], value != .null else { return nil }
        return try QueryParameters.constant(value, type).text
    }

    func number(_ member: String) throws(LogQueryError) -> Double? {
        guard let text = try text(member) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw error("[\(member)] must be a number, not [\(text)]")
        }
        return number
    }

    func integer(_ member: String) throws(LogQueryError) -> Int? {
        guard let number = try number(member) else { return nil }
        guard number == number.rounded(), abs(number) < 1e15 else {
            throw error("[\(member)] must be a whole number")
        }
        return Int(number)
    }

    func flag(_ member: String) throws(LogQueryError) -> Bool {
        switch object[member] {
        case .bool(true), .string("true"): true
        default: false
        }
    }

    func inner(_ member: String) -> DocumentObject? {
        if case .object(let inner) = object[member] { inner } else { nil }
    }

    func elements(_ member: String) -> [DocumentValue]? {
        switch object[member] {
        case .array(let elements): elements
        case nil, .null: nil
        case let single?: [single]
        }
    }
}
