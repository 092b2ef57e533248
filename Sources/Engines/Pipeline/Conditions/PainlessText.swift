internal import SignalModel

/// Methods of strings. Places are counted in UTF-16, as Java does.
enum PainlessText {
    static func call(
        _ text: String, _ name: String, _ arguments: [DocumentValue]
    ) throws(ProcessorFailure) -> DocumentValue? {
        func argument(_ index: Int = 0) throws(ProcessorFailure) -> String {
            guard case .string(let value) = arguments[index] else {
                throw PainlessRun.failure(
                    "class \(arguments[index].javaClass) cannot be cast to class java.lang.String")
            }
            return value
        }
        switch name {
        case "contains": return .bool(text.range(of: try argument()) != nil || arguments[0] == .string(""))
        case "startsWith":
            return .bool(text.utf8.dropFirst(try offset(arguments)).starts(with: try argument().utf8))
        case "endsWith": return .bool(text.utf8.reversed().starts(with: try argument().utf8.reversed()))
        case "equalsIgnoreCase":
            guard case .string(let other) = arguments[0] else { return .bool(false) }
            return .bool(text.lowercased() == other.lowercased())
        case "length": return .integer(Int64(text.utf16.count))
        case "isEmpty": return .bool(text.isEmpty)
        case "toLowerCase": return .string(text.lowercased())
        case "toUpperCase": return .string(text.uppercased())
        case "trim":
            let scalars = text.unicodeScalars
            guard let start = scalars.firstIndex(where: { $0 > " " }),
                let end = scalars.lastIndex(where: { $0 > " " })
            else { return .string("") }
            return .string(String(scalars[start...end]))
        case "indexOf":
            let found = text.range(of: try argument())
            return .integer(found.map { Int64(text.utf16.distance(from: text.startIndex, to: $0.lowerBound)) } ?? -1)
        case "lastIndexOf": return .integer(lastPlace(of: Array(try argument().utf16), in: Array(text.utf16)))
        case "charAt", "substring": return .string(try part(Array(text.utf16), name, arguments))
        case "replace":
            let (token, replacement) = (try argument(0), try argument(1))
            let places = text.utf8.count / max(1, token.utf8.count) + 1
            guard text.utf8.count + places * replacement.utf8.count <= PainlessRun.bytesMax else {
                throw PainlessRun.tooLarge
            }
            return .string(text.replacing(token, with: replacement))
        case "splitOnToken": return .array(split(text, try argument()).map { .string($0) })
        case "compareTo":
            let other = try argument()
            return .integer(text < other ? -1 : text == other ? 0 : 1)
        default: return nil
        }
    }

    private static func offset(_ arguments: [DocumentValue]) throws(ProcessorFailure) -> Int {
        guard arguments.count > 1 else { return 0 }
        guard case .integer(let value) = arguments[1], value >= 0 else {
            throw PainlessRun.failure("an offset that is no number")
        }
        return Int(value)
    }

    private static func lastPlace(of part: [UInt16], in text: [UInt16]) -> Int64 {
        guard part.count <= text.count else { return -1 }
        return Int64(
            (0...text.count - part.count).last { Array(text[$0..<$0 + part.count]) == part } ?? -1)
    }

    private static func part(
        _ units: [UInt16], _ name: String, _ arguments: [DocumentValue]
    ) throws(ProcessorFailure) -> String {
        guard case .integer(let start) = arguments[0] else { throw PainlessRun.failure("a place that is no number") }
        var end = name == "charAt" ? start &+ 1 : Int64(units.count)
        if arguments.count > 1 {
            guard case .integer(let value) = arguments[1] else {
                throw PainlessRun.failure("a place that is no number")
            }
            end = value
        }
        guard start >= 0, start <= end, end <= units.count else {
            throw PainlessRun.failure("begin \(start), end \(end), length \(units.count)")
        }
        return String(decoding: units[Int(start)..<Int(end)], as: UTF16.self)
    }

    static func split(_ text: String, _ token: String) -> [String] {
        guard !token.isEmpty else { return [text] }
        var parts: [String] = []
        var rest = text[...]
        while let found = rest.range(of: token) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}
