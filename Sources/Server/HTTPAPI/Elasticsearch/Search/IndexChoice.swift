import HTTPTypes
import Logs
import SignalModel

/// Which indices a request is about, and what it says of those that are not there.
struct IndexChoice: Sendable {
    /// With `*` for any characters; none stands for all.
    var names: [String]
    private var ignoresMissing = false
    private var allowsNone = true

    init(_ names: [String]) { self.names = names }

    /// Of what went on before, when they were looked at.
    init(lenient names: [String]) {
        self.names = names
        ignoresMissing = true
    }

    init(_ names: [String], _ form: FormParameters) throws {
        self.names = names
        ignoresMissing = try Self.flag(form["ignore_unavailable"], "ignore_unavailable") ?? false
        allowsNone = try Self.flag(form["allow_no_indices"], "allow_no_indices") ?? true
    }

    /// What the line before a search of several says.
    mutating func take(_ header: DocumentObject) throws {
        func flag(_ name: String) throws -> Bool? {
            switch header[name] {
            case .bool(let flag): flag
            case .string(let text): try Self.flag(text, name)
            default: nil
            }
        }
        ignoresMissing = try flag("ignore_unavailable") ?? ignoresMissing
        allowsNone = try flag("allow_no_indices") ?? allowsNone
    }

    private static func flag(_ text: String?, _ name: String) throws -> Bool? {
        switch text {
        case nil: nil
        case "true", "": true
        case "false": false
        case let other?:
            throw ElasticsearchError.badArgument(
                "Failed to parse value [\(other)] for [\(name)] as only [true] or [false] are allowed.")
        }
    }

    /// The names as they are now, once it is known that those are there that have to be.
    func resolved(
        _ context: LogQueryContext, isThere: (String) throws -> Bool, isAnyLike: (String) throws -> Bool
    ) throws -> [String] {
        let resolved = try names.map { name in
            let isWithout = name.hasPrefix("-")
            return (isWithout ? "-" : "")
                + (try DatedName.resolved(isWithout ? String(name.dropFirst()) : name, context))
        }
        for name in resolved where !name.hasPrefix("-") {
            if name.contains("*") {
                if !allowsNone, try !isAnyLike(name) { throw MissingIndex(name: name) }
            } else if !ignoresMissing, try !isThere(name) {
                throw MissingIndex(name: name)
            }
        }
        if resolved.isEmpty, !allowsNone, try !isAnyLike("*") { throw MissingIndex(name: "_all") }
        return resolved
    }
}

/// There is no index of the name.
struct MissingIndex: Error {
    var name: String
}

extension SearchRun {
    /// The names of a choice as the search takes them. An index is there once it has a record that may be seen, or
    /// somebody made it.
    func names(_ choice: IndexChoice) throws -> [String] {
        func has(_ names: [String]) throws -> Bool {
            try !snapshot.indexNames(search.query(.all, indices: names, principal, cancellation)).isEmpty
        }
        return try choice.resolved(
            context, isThere: { try isMade($0) || has([$0]) }, isAnyLike: { try has([$0]) })
    }
}
