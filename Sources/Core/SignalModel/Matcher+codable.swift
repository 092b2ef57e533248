import Basics

/// Kept in journals as what it says; compiled anew where it is read.
extension Matcher: Codable {
    private enum Key: String, CodingKey {
        case name
        case operation
        case value
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let text = try fields.decode(String.self, forKey: .operation)
        guard let operation = Operation(rawValue: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .operation, in: fields, debugDescription: "\(quoted(text)) is no operation of a matcher")
        }
        let (name, value) = (
            try fields.decode(String.self, forKey: .name), try fields.decode(String.self, forKey: .value)
        )
        do { try self.init(name, operation, value) } catch {
            throw DecodingError.dataCorruptedError(forKey: .value, in: fields, debugDescription: error.reason)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(operation.rawValue, forKey: .operation)
        try fields.encode(value, forKey: .value)
    }
}
