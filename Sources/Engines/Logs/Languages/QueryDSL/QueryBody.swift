internal import SignalModel

/// What stands behind a query's name.
struct QueryBody {
    let name: String
    let value: DocumentValue

    func object() throws(LogQueryError) -> DocumentObject {
        guard case .object(let object) = value else {
            throw LogQueryError(.malformed, "[\(name)] query malformed, no start_object after query name")
        }
        return object
    }

    func required(_ member: String) throws(LogQueryError) -> DocumentValue {
        guard let value = try object()[member] else {
            throw LogQueryError(.malformed, "[\(name)] requires '\(member)' to be set")
        }
        return value
    }

    /// The one field of a query like `{"term": {"status": …}}`, with what stands behind it: a value alone counts as
    /// the member `key` of an object.
    func field(_ key: String, ignoring: Set<String> = []) throws(LogQueryError) -> (FieldSelector, QueryParameters) {
        let members = try object().members.filter {
            $0.name != "boost" && $0.name != "_name" && !ignoring.contains($0.name)
        }
        guard let member = members.first else {
            throw LogQueryError(.malformed, "[\(name)] query names no field")
        }
        guard members.count == 1 else {
            throw LogQueryError(
                .malformed,
                "[\(name)] query doesn't support multiple fields, found [\(member.name)] and [\(members[1].name)]")
        }
        if case .object(let parameters) = member.value {
            return (FieldSelector(name: member.name), QueryParameters(query: name, object: parameters))
        }
        var parameters = DocumentObject()
        parameters[key] = member.value
        return (FieldSelector(name: member.name), QueryParameters(query: name, object: parameters))
    }
}

/// The members of a query's object.
struct QueryParameters {
    let query: String
    let object: DocumentObject

    /// Refuses members that are none of `known`, so that a typing error does not change what is found.
    func expect(_ known: Set<String>) throws(LogQueryError) {
        for member in object.members
        where !known.contains(member.name) && member.name != "boost" && member.name != "_name" {
            throw LogQueryError(.malformed, "[\(query)] query does not support [\(member.name)]")
        }
    }

    func constant(_ names: String...) throws(LogQueryError) -> QueryValue {
        for name in names {
            if let value = object[name] { return try Self.constant(value, query) }
        }
        throw LogQueryError(.argument, "[\(query)] value cannot be null")
    }

    func text(_ name: String) throws(LogQueryError) -> String? {
        guard let value = object[name], value != .null else { return nil }
        return try Self.constant(value, query).text
    }

    func requiredText(_ names: String...) throws(LogQueryError) -> String {
        for name in names { if let text = try text(name) { return text } }
        throw LogQueryError(.malformed, "[\(query)] must be provided with a [\(names[0])]")
    }

    func flag(_ name: String) throws(LogQueryError) -> Bool? {
        switch object[name] {
        case nil, .null: return nil
        case .bool(let value): return value
        case .string("true"): return true
        case .string("false"): return false
        default: throw LogQueryError(.argument, "[\(query)] [\(name)] must be true or false")
        }
    }

    func integer(_ name: String) throws(LogQueryError) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = Int(text), abs(number) < 1 << 31 else {
            throw LogQueryError(.argument, "[\(query)] [\(name)] must be a whole number, not [\(text)]")
        }
        return number
    }

    static func constant(_ value: DocumentValue, _ query: String) throws(LogQueryError) -> QueryValue {
        switch value {
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .null: throw LogQueryError(.argument, "[\(query)] value cannot be null")
        case .array, .object:
            throw LogQueryError(.malformed, "[\(query)] query takes one value here, not an array or an object")
        }
    }
}

extension QueryValue {
    /// As a query string would write it.
    var text: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .string(let value): value
        case .time(let nanoseconds): String(nanoseconds / 1_000_000)
        }
    }
}
