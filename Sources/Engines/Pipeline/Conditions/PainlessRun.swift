internal import SignalModel

/// Evaluates a script over a document, which it cannot change.
struct PainlessRun {
    let document: IngestDocument
    /// Left for patterns.
    private(set) var matching: MatchBudget
    private var variables: [DocumentValue]
    /// Statements and elements of loops. A loop in a loop over a long list has an end.
    private var stepsLeft = 100_000
    /// What each variable takes, and all of them may yet take.
    private var variableBytes: [Int]
    private var bytesLeft = Self.bytesMax

    /// Of a value that a script makes, and of all its variables.
    static let bytesMax = 64 << 20
    /// Of a list or map it writes out; what is in it several times counts as often.
    private static let literalBytesMax = 8 << 20

    init(document: IngestDocument, variablesCount: Int) {
        self.document = document
        matching = document.matching
        variables = Array(repeating: .null, count: variablesCount)
        variableBytes = Array(repeating: 0, count: variablesCount)
    }

    static func failure(_ message: String) -> ProcessorFailure { ProcessorFailure(type: "script_exception", message) }

    /// What is returned, or the value of the last statement; null without either.
    mutating func result(of statements: [PainlessStatement]) throws(ProcessorFailure) -> DocumentValue {
        if let returned = try run(statements) { return returned }
        if case .expression(let last)? = statements.last { return try value(last) }
        return .null
    }

    private mutating func run(_ statements: [PainlessStatement]) throws(ProcessorFailure) -> DocumentValue? {
        for statement in statements {
            stepsLeft -= 1
            guard stepsLeft > 0 else { throw Self.failure("The maximum number of statements was exceeded") }
            switch statement {
            case .expression(let expression): _ = try value(expression)
            case .assign(let variable, let expression): try assign(variable, try value(expression))
            case .returned(let expression): return try value(expression)
            case .condition(let condition, let then, let otherwise):
                if let returned = try run(try bool(condition) ? then : otherwise) { return returned }
            case .each(let variable, let list, let body):
                for element in try elements(try value(list)) {
                    variables[variable] = element
                    if let returned = try run(body) { return returned }
                }
            }
        }
        return nil
    }

    private mutating func assign(_ variable: Int, _ value: DocumentValue) throws(ProcessorFailure) {
        bytesLeft += variableBytes[variable]
        let bytes = value.bytesCount(upTo: bytesLeft)
        guard bytes <= bytesLeft else { throw Self.tooLarge }
        bytesLeft -= bytes
        variableBytes[variable] = bytes
        variables[variable] = value
    }

    static var tooLarge: ProcessorFailure { failure("the script takes more than \(bytesMax) bytes") }

    private func literal(_ value: DocumentValue) throws(ProcessorFailure) -> DocumentValue {
        guard value.bytesCount(upTo: Self.literalBytesMax) <= Self.literalBytesMax else { throw Self.tooLarge }
        return value
    }

    private func elements(_ value: DocumentValue) throws(ProcessorFailure) -> [DocumentValue] {
        switch value {
        case .array(let elements): return elements
        case .null: throw Self.failure("Cannot invoke iterator() on a null def reference")
        default: throw Self.failure("Cannot iterate over [\(value.javaClass)]")
        }
    }

    private mutating func bool(_ expression: PainlessExpression) throws(ProcessorFailure) -> Bool {
        let result = try value(expression)
        guard case .bool(let bool) = result else {
            throw Self.failure("cannot cast from [\(result.javaClass)] to [boolean]")
        }
        return bool
    }

    mutating func value(_ expression: PainlessExpression) throws(ProcessorFailure) -> DocumentValue {
        switch expression {
        case .constant(let value): return value
        case .context: return .object(document.source)
        case .variable(let variable): return variables[variable]
        case .list(let parts): return try literal(.array(try values(parts)))
        case .map(let pairs):
            var object = DocumentObject()
            for pair in pairs { object[try value(pair.key).javaText] = try value(pair.value) }
            return try literal(.object(object))
        case .member(.context, let name, _): return member(name)
        case .member(let base, let name, let isNullSafe): return try member(try value(base), name, isNullSafe)
        case .element(let base, let key):
            if case .context = base { return member(try value(key).javaText) }
            return try element(try value(base), try value(key))
        case .call(let base, let name, let arguments, let isNullSafe):
            let receiver = try value(base)
            if receiver == .null {
                if isNullSafe { return .null }
                throw Self.failure("cannot access method/field [\(name)] from a null def reference")
            }
            if case .context = base, name == "get" || name == "containsKey" || name == "getOrDefault" {
                return try contextCall(name, try values(arguments))
            }
            return try PainlessMethods.call(receiver, name, try values(arguments))
        case .function("$", let arguments):
            let found = try FieldPath(try value(arguments[0]).javaText)
            if let value = document.find(found), value != .null { return value }
            return try value(arguments[1])
        case .function(let name, let arguments): return try PainlessMethods.function(name, try values(arguments))
        case .matches(let base, let pattern, let isWhole):
            let subject = try value(base)
            guard case .string(let text) = subject else {
                throw Self.failure("cannot match a pattern against [\(subject.javaClass)]")
            }
            do throws(BacktrackingExpression.LimitReached) {
                return .bool(try pattern.matches(text, isWhole: isWhole, &matching))
            } catch {
                throw Self.failure("the pattern /\(pattern.pattern)/ took too many steps")
            }
        case .isInstance(let base, let type): return .bool(PainlessTypes.isInstance(try value(base), type))
        case .cast(let type, let base): return try PainlessTypes.cast(try value(base), type)
        case .not(let base): return .bool(!(try bool(base)))
        case .negated(let base):
            switch try value(base) {
            case .integer(let value): return .integer(0 &- value)
            case .double(let value): return .double(-value)
            case let other: throw Self.failure("Cannot apply [-] operation to type [\(other.javaClass)]")
            }
        case .and(let left, let right): return .bool(try bool(left) ? try bool(right) : false)
        case .or(let left, let right): return .bool(try bool(left) ? true : try bool(right))
        case .choice(let condition, let then, let otherwise): return try value(try bool(condition) ? then : otherwise)
        case .elvis(let first, let second):
            let result = try value(first)
            return result == .null ? try value(second) : result
        case .binary(let symbol, let left, let right):
            return try PainlessTypes.binary(symbol, try value(left), try value(right))
        }
    }

    private mutating func values(_ expressions: [PainlessExpression]) throws(ProcessorFailure) -> [DocumentValue] {
        var values: [DocumentValue] = []
        for expression in expressions { values.append(try value(expression)) }
        return values
    }

    // MARK: The document

    /// A member of `ctx`; null when there is none.
    private func member(_ name: String) -> DocumentValue {
        if name == "_ingest" { return .object(document.ingest) }
        if FieldPath.metadataNames.contains(name), let path = try? FieldPath(name) {
            return document.find(path) ?? .null
        }
        return document.source[name] ?? .null
    }

    private func contextCall(_ name: String, _ arguments: [DocumentValue]) throws(ProcessorFailure) -> DocumentValue {
        let found = member(arguments[0].javaText)
        switch name {
        case "get": return found
        case "getOrDefault":
            return found == .null && document.source[arguments[0].javaText] == nil ? arguments[1] : found
        default: return .bool(found != .null || document.source[arguments[0].javaText] != nil)
        }
    }

    private func member(
        _ base: DocumentValue, _ name: String, _ isNullSafe: Bool
    ) throws(ProcessorFailure) -> DocumentValue {
        switch base {
        case .null:
            if isNullSafe { return .null }
            throw Self.failure("cannot access method/field [\(name)] from a null def reference")
        case .object(let object): return object[name] ?? .null
        case .array(let elements):
            if name == "length" { return .integer(Int64(elements.count)) }
            if let place = Int64(name) { return try element(base, .integer(place)) }
            throw Self.failure("dynamic getter [java.util.ArrayList, \(name)] not found")
        default: throw Self.failure("dynamic getter [\(base.javaClass), \(name)] not found")
        }
    }

    private func element(_ base: DocumentValue, _ key: DocumentValue) throws(ProcessorFailure) -> DocumentValue {
        switch (base, key) {
        case (.object(let object), _): return object[key.javaText] ?? .null
        case (.array(let elements), .integer(let index)):
            // Below zero it counts from the end.
            let place = index < 0 ? Int64(elements.count) + index : index
            guard place >= 0, place < Int64(elements.count) else {
                throw Self.failure("Index \(index) out of bounds for length \(elements.count)")
            }
            return elements[Int(place)]
        case (.null, _): throw Self.failure("cannot access method/field [\(key.javaText)] from a null def reference")
        default: throw Self.failure("Attempting to address a non-array-like type [\(base.javaClass)] as an array.")
        }
    }
}
