internal import Basics
internal import SignalModel

/// Turns a value, or each of a list, into another type.
struct ConvertProcessor: Processor {
    private enum Kind: String {
        case integer, long, float, double, boolean, ip, string, auto
    }

    private let field: FieldTemplate
    private let target: FieldTemplate
    private let kind: Kind
    private let ignoresMissing: Bool

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: field)
        ignoresMissing = try options.bool("ignore_missing", default: false)
        let type = try options.string("type")
        guard let kind = Kind(rawValue: type.lowercased()) else {
            throw options.refused("type", "type [\(type)] not supported, cannot convert field.")
        }
        self.kind = kind
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        switch value {
        case .null:
            throw ProcessorFailure("Field [\(path.text)] is null, cannot be converted to type [\(kind.rawValue)]")
        case .array(let elements):
            var converted: [DocumentValue] = []
            for element in elements { converted.append(try self.converted(element)) }
            try document.set(try target.path(document), .array(converted))
        default: try document.set(try target.path(document), try converted(value))
        }
    }

    private func converted(_ value: DocumentValue) throws(ProcessorFailure) -> DocumentValue {
        let text = value.javaText
        switch kind {
        case .string: return .string(text)
        case .integer: if let number = Self.whole(text), Int32(exactly: number) != nil { return .integer(number) }
        case .long: if let number = Self.whole(text) { return .integer(number) }
        case .float: if let number = Self.float(text) { return number }
        case .double: if let number = Self.double(text) { return .double(number) }
        case .boolean:
            switch text.lowercased() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: throw ProcessorFailure("[\(text)] is not a boolean value, cannot convert to boolean")
            }
        case .ip:
            guard IPAddress(text) != nil else { throw ProcessorFailure("'\(text)' is not an IP string literal.") }
            return value
        case .auto:
            guard case .string = value else { return value }
            return Self.guessed(text)
        }
        throw ProcessorFailure("unable to convert [\(text)] to \(kind.rawValue)")
    }

    private static func guessed(_ text: String) -> DocumentValue {
        switch text.lowercased() {
        case "true": .bool(true)
        case "false": .bool(false)
        default: whole(text).map { .integer($0) } ?? double(text).map { .double($0) } ?? .string(text)
        }
    }

    /// Decimal, or hexadecimal with `0x`.
    private static func whole(_ text: String) -> Int64? {
        let isNegative = text.first == "-"
        let digits = isNegative || text.first == "+" ? text.dropFirst() : text[...]
        if digits.lowercased().hasPrefix("0x") {
            return Int64((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16)
        }
        return Int64(text)
    }

    private static func float(_ text: String) -> DocumentValue? {
        guard double(text) != nil, let value = Float(text.trimmed) else { return nil }
        return .double(Double("\(value)") ?? Double(value))
    }

    /// Java takes no hexadecimal ones without an exponent and writes infinity in full.
    static func double(_ text: String) -> Double? {
        let text = text.trimmed
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }) else {
            return nil
        }
        return Double(text)
    }
}
