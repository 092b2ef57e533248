internal import SignalModel

/// What operators, casts and `instanceof` mean.
enum PainlessTypes {
    static func isInstance(_ value: DocumentValue, _ type: String) -> Bool {
        switch (type, value) {
        case (_, .null): false
        case ("Object", _), ("def", _): true
        case ("String", .string), ("Boolean", .bool), ("boolean", .bool), ("Double", .double), ("double", .double):
            true
        case ("Number", .integer), ("Number", .double): true
        // Elasticsearch reads small numbers as Integer and large ones as Long.
        case ("Integer", .integer(let value)), ("int", .integer(let value)): Int32(exactly: value) != nil
        case ("Long", .integer(let value)), ("long", .integer(let value)): Int32(exactly: value) == nil
        case ("List", .array), ("ArrayList", .array), ("Collection", .array): true
        case ("Map", .object), ("HashMap", .object): true
        default: false
        }
    }

    static func cast(_ value: DocumentValue, _ type: String) throws(ProcessorFailure) -> DocumentValue {
        switch (type, value) {
        case ("def", _), ("Object", _): return value
        case ("int", .integer(let number)): return .integer(Int64(Int32(truncatingIfNeeded: number)))
        case ("long", .integer), ("float", .double), ("double", .double): return value
        case ("int", .double(let number)):
            return .integer(Int64(max(Double(Int32.min), min(Double(Int32.max), number.isNaN ? 0 : number))))
        case ("long", .double(let number)):
            return .integer(Int64(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max))
        case ("float", .integer(let number)), ("double", .integer(let number)): return .double(Double(number))
        case ("Integer", .integer), ("Long", .integer), ("Float", .double): return value
        default:
            let isObject = type.first?.isUppercase == true
            guard isInstance(value, type) || isObject && value == .null else {
                throw PainlessRun.failure("class \(value.javaClass) cannot be cast to class \(type)")
            }
            return value
        }
    }

    static func equal(_ left: DocumentValue, _ right: DocumentValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .double(let right)): Double(left) == right
        case (.double(let left), .integer(let right)): left == Double(right)
        default: left == right
        }
    }

    static func binary(
        _ symbol: PainlessExpression.Operator, _ left: DocumentValue, _ right: DocumentValue
    ) throws(ProcessorFailure) -> DocumentValue {
        switch symbol {
        case .equal: return .bool(equal(left, right))
        case .unequal: return .bool(!equal(left, right))
        case .plus:
            if left.isString || right.isString {
                let (first, second) = (left.javaText, right.javaText)
                guard first.utf8.count + second.utf8.count <= PainlessRun.bytesMax else { throw PainlessRun.tooLarge }
                return .string(first + second)
            }
        default: break
        }
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return try integers(symbol, left, right)
        case (.integer(let left), .double(let right)): return doubles(symbol, Double(left), right)
        case (.double(let left), .integer(let right)): return doubles(symbol, left, Double(right))
        case (.double(let left), .double(let right)): return doubles(symbol, left, right)
        default:
            throw PainlessRun.failure(
                "Cannot apply [\(symbol.rawValue)] operation to types [\(left.javaClass)] and [\(right.javaClass)].")
        }
    }

    private static func integers(
        _ symbol: PainlessExpression.Operator, _ left: Int64, _ right: Int64
    ) throws(ProcessorFailure) -> DocumentValue {
        switch symbol {
        case .plus: return .integer(left &+ right)
        case .minus: return .integer(left &- right)
        case .times: return .integer(left &* right)
        case .divided, .remainder:
            guard right != 0 else { throw PainlessRun.failure("/ by zero") }
            if right == -1 { return .integer(symbol == .divided ? 0 &- left : 0) }
            return .integer(symbol == .divided ? left / right : left % right)
        case .less: return .bool(left < right)
        case .lessOrEqual: return .bool(left <= right)
        case .greater: return .bool(left > right)
        case .greaterOrEqual: return .bool(left >= right)
        case .equal, .unequal: return .bool((left == right) == (symbol == .equal))
        }
    }

    private static func doubles(
        _ symbol: PainlessExpression.Operator, _ left: Double, _ right: Double
    ) -> DocumentValue {
        switch symbol {
        case .plus: .double(left + right)
        case .minus: .double(left - right)
        case .times: .double(left * right)
        case .divided: .double(left / right)
        case .remainder: .double(left.truncatingRemainder(dividingBy: right))
        case .less: .bool(left < right)
        case .lessOrEqual: .bool(left <= right)
        case .greater: .bool(left > right)
        case .greaterOrEqual: .bool(left >= right)
        case .equal, .unequal: .bool((left == right) == (symbol == .equal))
        }
    }
}

extension DocumentValue {
    var isString: Bool { if case .string = self { true } else { false } }
}
