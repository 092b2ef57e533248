/// Functions on query results, maps and texts as sequences.
enum TemplateCollections {
    static func call(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        switch arguments.function {
        case "first":
            try arguments.expect(1)
            guard let first = try arguments.samples(0).first else {
                throw arguments.failure("first() called on vector with no elements")
            }
            return .sample(first)
        case "label":
            try arguments.expect(2)
            let name = try arguments.string(0)
            return .string(try arguments.sample(1).labels[name] ?? "")
        case "value":
            try arguments.expect(1)
            return .float(try arguments.sample(0).value)
        case "strvalue":
            try arguments.expect(1)
            return .string(try arguments.sample(0).labels["__value__"] ?? "")
        case "sortByLabel":
            try arguments.expect(2)
            return .samples(sorted(try arguments.samples(1), by: try arguments.string(0)))
        case "args":
            let pairs = arguments.values.enumerated().map { ("arg\($0.offset)", $0.element) }
            return .map(Dictionary(pairs) { first, _ in first })
        case "len":
            try arguments.expect(1)
            return .integer(try count(arguments))
        case "slice": return try slice(arguments)
        default: return try index(arguments)
        }
    }

    private static func sorted(_ samples: [TemplateSample], by label: String) -> [TemplateSample] {
        // Stable, as in Prometheus: equal labels keep their order.
        samples.enumerated().sorted {
            let left = $0.element.labels[label] ?? ""
            let right = $1.element.labels[label] ?? ""
            return left == right ? $0.offset < $1.offset : left.utf8.lexicographicallyPrecedes(right.utf8)
        }.map(\.element)
    }

    private static func count(_ arguments: TemplateArguments) throws(TemplateFailure) -> Int {
        switch arguments[0] {
        case .string(let text): return text.utf8.count
        case .samples(let samples): return samples.count
        case .labels(let values): return values.count
        case .map(let values): return values.count
        case .list(let values, _): return values.count
        default: throw arguments.failure("len of type \(arguments[0].typeName)")
        }
    }

    /// `index x 1 "a"` is `x[1]["a"]`.
    private static func index(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        try arguments.expect(atLeast: 1)
        var value = arguments[0]
        for key in arguments.values.dropFirst() {
            switch (value, key) {
            case (.labels(let values), .string(let name)): value = .string(values[name] ?? "")
            case (.map(let values), .string(let name)): value = values[name] ?? .nothing
            case (.samples(let samples), .integer(let position)):
                guard samples.indices.contains(position) else {
                    throw arguments.failure("index out of range: \(position)")
                }
                value = .sample(samples[position])
            case (.list(let elements, _), .integer(let position)):
                guard elements.indices.contains(position) else {
                    throw arguments.failure("index out of range: \(position)")
                }
                value = elements[position]
            case (.string(let text), .integer(let position)):
                let bytes = text.utf8
                guard position >= 0, position < bytes.count else {
                    throw arguments.failure("index out of range: \(position)")
                }
                value = .integer(Int(bytes[bytes.index(bytes.startIndex, offsetBy: position)]))
            case (.labels, _), (.map, _):
                throw arguments.failure("value has type \(key.typeName); should be string")
            case (.samples, _), (.string, _), (.list, _):
                throw arguments.failure("cannot index slice/array with type \(key.typeName)")
            case (.nothing, _): throw arguments.failure("index of untyped nil")
            default: throw arguments.failure("can't index item of type \(value.typeName)")
            }
        }
        return value
    }

    /// `slice x 1 2` is `x[1:2]`, in bytes for a text.
    private static func slice(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        try arguments.expect(atLeast: 1)
        if arguments.count > 3 { throw arguments.failure("too many slice indexes: \(arguments.count - 1)") }
        let size: Int
        switch arguments[0] {
        case .string(let text): size = text.utf8.count
        case .samples(let samples): size = samples.count
        case .list(let elements, _): size = elements.count
        default: throw arguments.failure("can't slice item of type \(arguments[0].typeName)")
        }
        var bounds = [0, size]
        for (position, value) in arguments.values.dropFirst().enumerated() {
            guard case .integer(let bound) = value else {
                throw arguments.failure("cannot index slice/array with type \(value.typeName)")
            }
            guard bound >= 0, bound <= size else { throw arguments.failure("index out of range: \(bound)") }
            bounds[position] = bound
        }
        if bounds[0] > bounds[1] {
            throw arguments.failure("invalid slice index: \(bounds[0]) > \(bounds[1])")
        }
        switch arguments[0] {
        case .samples(let samples): return .samples(Array(samples[bounds[0]..<bounds[1]]))
        case .list(let elements, let kind): return .list(Array(elements[bounds[0]..<bounds[1]]), kind)
        case .string(let text):
            let bytes = text.utf8.dropFirst(bounds[0]).prefix(bounds[1] - bounds[0])
            return .string(String(decoding: bytes, as: UTF8.self))
        default: return arguments[0]
        }
    }
}
