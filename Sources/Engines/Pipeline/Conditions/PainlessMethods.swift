internal import SignalModel

/// The methods that scripts may call. A name that is not here, or a count of arguments, is refused when it is read.
enum PainlessMethods {
    /// With how many arguments each may be called, whatever it is called on.
    static let methods: [String: Set<Int>] = [
        "contains": [1], "startsWith": [1, 2], "endsWith": [1], "equals": [1], "equalsIgnoreCase": [1],
        "length": [0], "isEmpty": [0], "toLowerCase": [0], "toUpperCase": [0], "trim": [0], "substring": [1, 2],
        "indexOf": [1], "lastIndexOf": [1], "charAt": [1], "replace": [2], "splitOnToken": [1], "compareTo": [1],
        "toString": [0], "get": [1], "size": [0], "containsAll": [1], "containsKey": [1], "containsValue": [1],
        "getOrDefault": [2], "keySet": [0], "values": [0], "intValue": [0], "longValue": [0], "doubleValue": [0],
    ]

    static let functions: [String: Set<Int>] = [
        "Integer.parseInt": [1], "Long.parseLong": [1], "Double.parseDouble": [1], "Boolean.parseBoolean": [1],
        "String.valueOf": [1], "String.join": [2], "Objects.isNull": [1], "Objects.nonNull": [1],
        "Objects.equals": [2], "Math.abs": [1], "Math.min": [2], "Math.max": [2], "Math.floor": [1], "Math.ceil": [1],
        "Math.round": [1],
    ]

    static func call(
        _ receiver: DocumentValue, _ name: String, _ arguments: [DocumentValue]
    ) throws(ProcessorFailure) -> DocumentValue {
        if name == "equals" { return .bool(PainlessTypes.equal(receiver, arguments[0])) }
        if name == "toString" { return .string(receiver.javaText) }
        switch receiver {
        case .string(let text):
            if let result = try PainlessText.call(text, name, arguments) { return result }
        case .array(let elements):
            if let result = try list(elements, name, arguments) { return result }
        case .object(let object):
            if let result = map(object, name, arguments) { return result }
        case .integer, .double:
            if let result = try number(receiver, name, arguments) { return result }
        default: break
        }
        throw PainlessRun.failure("dynamic method [\(receiver.javaClass), \(name)/\(arguments.count)] not found")
    }

    private static func list(
        _ elements: [DocumentValue], _ name: String, _ arguments: [DocumentValue]
    ) throws(ProcessorFailure) -> DocumentValue? {
        switch name {
        case "contains": return .bool(elements.contains { PainlessTypes.equal($0, arguments[0]) })
        case "containsAll":
            guard case .array(let wanted) = arguments[0] else { return nil }
            return .bool(wanted.allSatisfy { one in elements.contains { PainlessTypes.equal($0, one) } })
        case "indexOf": return .integer(Int64(elements.firstIndex { PainlessTypes.equal($0, arguments[0]) } ?? -1))
        case "size", "length": return .integer(Int64(elements.count))
        case "isEmpty": return .bool(elements.isEmpty)
        case "get":
            guard case .integer(let index) = arguments[0] else { return nil }
            guard index >= 0, index < elements.count else {
                throw PainlessRun.failure("Index \(index) out of bounds for length \(elements.count)")
            }
            return elements[Int(index)]
        default: return nil
        }
    }

    private static func map(
        _ object: DocumentObject, _ name: String, _ arguments: [DocumentValue]
    ) -> DocumentValue? {
        switch name {
        case "containsKey": .bool(object[arguments[0].javaText] != nil)
        case "containsValue": .bool(object.members.contains { PainlessTypes.equal($0.value, arguments[0]) })
        case "get": object[arguments[0].javaText] ?? .null
        case "getOrDefault": object[arguments[0].javaText] ?? arguments[1]
        case "size": .integer(Int64(object.count))
        case "isEmpty": .bool(object.isEmpty)
        case "keySet": .array(object.members.map { .string($0.name) })
        case "values": .array(object.members.map(\.value))
        default: nil
        }
    }

    private static func number(
        _ value: DocumentValue, _ name: String, _ arguments: [DocumentValue]
    ) throws(ProcessorFailure) -> DocumentValue? {
        switch name {
        case "intValue": return try PainlessTypes.cast(value, "int")
        case "longValue": return try PainlessTypes.cast(value, "long")
        case "doubleValue": return try PainlessTypes.cast(value, "double")
        case "compareTo":
            if try PainlessTypes.binary(.less, value, arguments[0]) == .bool(true) { return .integer(-1) }
            return .integer(PainlessTypes.equal(value, arguments[0]) ? 0 : 1)
        default: return nil
        }
    }

    static func function(_ name: String, _ arguments: [DocumentValue]) throws(ProcessorFailure) -> DocumentValue {
        let text = arguments[0].javaText
        switch name {
        case "Integer.parseInt":
            if let value = Int32(text) { return .integer(Int64(value)) }
        case "Long.parseLong":
            if let value = Int64(text) { return .integer(value) }
        case "Double.parseDouble":
            if let value = Double(text) { return .double(value) }
        case "Boolean.parseBoolean": return .bool(text.lowercased() == "true")
        case "String.valueOf": return .string(text)
        case "String.join":
            guard case .array(let elements) = arguments[1] else { break }
            let parts = elements.map(\.javaText)
            guard parts.reduce(parts.count * text.utf8.count, { $0 + $1.utf8.count }) <= PainlessRun.bytesMax else {
                throw PainlessRun.tooLarge
            }
            return .string(parts.joined(separator: text))
        case "Objects.isNull": return .bool(arguments[0] == .null)
        case "Objects.nonNull": return .bool(arguments[0] != .null)
        case "Objects.equals": return .bool(PainlessTypes.equal(arguments[0], arguments[1]))
        case "Math.min", "Math.max":
            let isLess = try PainlessTypes.binary(.less, arguments[0], arguments[1]) == .bool(true)
            return isLess == (name == "Math.min") ? arguments[0] : arguments[1]
        case "Math.abs":
            if case .integer(let value) = arguments[0] { return .integer(value < 0 ? 0 &- value : value) }
            if case .double(let value) = arguments[0] { return .double(abs(value)) }
        case "Math.floor", "Math.ceil", "Math.round":
            guard case .double(let value) = try PainlessTypes.cast(arguments[0], "double") else { break }
            if name == "Math.round" { return try PainlessTypes.cast(.double((value + 0.5).rounded(.down)), "long") }
            return .double(value.rounded(name == "Math.floor" ? .down : .up))
        default: break
        }
        throw PainlessRun.failure("For input string: \"\(text)\"")
    }
}
