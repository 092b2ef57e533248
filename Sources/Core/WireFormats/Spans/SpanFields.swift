import SignalModel

/// Values of JSON as attributes of a batch of spans.
struct SpanFields {
    let limits: SpanLimits
    /// Texts that were cut off.
    private(set) var cut = 0

    init(_ limits: SpanLimits) { self.limits = limits }

    /// Adds `value` as `name`, and its members as `name.member`; nothing for a null.
    mutating func add(_ name: String, _ value: DocumentValue?, to batch: inout SpanBatch, depth: Int = 0) {
        switch value {
        case .null, nil: break
        case .object(let object):
            // Deeper ones are nobody's: what they hold is kept as text.
            guard depth < AttributeText.depthMax else { return add(name, text: Self.json(value), to: &batch) }
            for member in object.members { add(name + "." + member.name, member.value, to: &batch, depth: depth + 1) }
        case .array(let elements):
            let number = self.number(name, &batch)
            for element in elements { addScalar(number, element, isElement: true, to: &batch) }
        case let scalar?: addScalar(number(name, &batch), scalar, isElement: false, to: &batch)
        }
    }

    mutating func add(_ name: String, text: String?, to batch: inout SpanBatch) {
        guard let text, !text.isEmpty else { return }
        addScalar(number(name, &batch), .string(text), isElement: false, to: &batch)
    }

    private mutating func addScalar(
        _ number: UInt32, _ value: DocumentValue, isElement: Bool, to batch: inout SpanBatch
    ) {
        switch value {
        case .null: break
        case .bool(let bool): batch.add(number, bool: bool, isElement: isElement)
        case .integer(let integer): batch.add(number, integer: integer, isElement: isElement)
        case .double(let double): batch.add(number, double: double, isElement: isElement)
        case .string(let text): batch.add(number, string: self.text(text), isElement: isElement)
        case .array, .object: batch.add(number, string: self.text(Self.json(value)), isElement: isElement)
        }
    }

    mutating func text(_ text: String) -> String {
        guard text.utf8.count > limits.textBytesMax else { return text }
        cut += 1
        return SpanText.cut(text, to: limits.textBytesMax)
    }

    mutating func number(_ name: String, _ batch: inout SpanBatch) -> UInt32 {
        guard name.utf8.count > limits.nameBytesMax else { return batch.number(of: name) }
        cut += 1
        return batch.number(of: SpanText.cut(name, to: limits.nameBytesMax))
    }

    private static func json(_ value: DocumentValue?) -> String {
        guard let value else { return "" }
        var bytes: [UInt8] = []
        DocumentWriter.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension DocumentValue {
    var object: DocumentObject? { if case .object(let object) = self { object } else { nil } }
    var string: String? { if case .string(let string) = self { string } else { nil } }
    var elements: [DocumentValue]? { if case .array(let elements) = self { elements } else { nil } }
    var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

    /// A number, or a text that is one.
    var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .double(let double): double
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    /// As text; nil for what has parts and for null.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .double(let double): PlainDecimal.text(double)
        case .bool(let bool): bool ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// For messages: what stands where something else was expected.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .double: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension DocumentObject {
    /// The value at the end of a way of names; nil where it ends before, or in a null.
    func value(_ way: String...) -> DocumentValue? {
        var object = self
        for name in way.dropLast() {
            guard let inner = object[name]?.object else { return nil }
            object = inner
        }
        guard let value = way.last.flatMap({ object[$0] }), value != .null else { return nil }
        return value
    }
}
