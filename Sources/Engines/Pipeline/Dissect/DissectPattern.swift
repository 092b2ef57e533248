/// `%{a} [%{b}] %{+a}`: keys and what stands between them.
///
/// Modifiers of a key: `?k` or nothing, skipped; `+k`, appended, with `/2` in that order; `*k` and `&k`, of which the
/// former's value names the latter's; `->` after it, repeated delimiters count as one.
struct DissectPattern: Sendable {
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    private enum Kind: Sendable, Hashable {
        case named, skipped, name, value
        case appended(order: Int)
    }

    private struct Key: Sendable {
        var name: String
        var kind: Kind
        var isPadded: Bool
        /// What follows it; empty at the end.
        var delimiter: [UInt8] = []
    }

    let text: String
    private let appendSeparator: String
    private var start: [UInt8] = []
    private var keys: [Key] = []

    init(_ text: String, appendSeparator: String) throws(Invalid) {
        self.text = text
        self.appendSeparator = appendSeparator
        var rest = text[...]
        while let open = rest.range(of: "%{") {
            let before = Array(rest[..<open.lowerBound].utf8)
            if keys.isEmpty { start = before } else { keys[keys.count - 1].delimiter = before }
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else { break }
            keys.append(try Self.key(String(rest[open.upperBound..<close])))
            rest = rest[rest.index(after: close)...]
        }
        guard !keys.isEmpty else { throw Invalid(description: "Unable to find any keys or delimiters.") }
        keys[keys.count - 1].delimiter = Array(rest.utf8)
        try expectPairs()
    }

    /// Of the fields it makes, in the order of the pattern; those that a value names are not known before.
    var fieldNames: [String] {
        var names: [String] = []
        for key in keys where !names.contains(key.name) {
            switch key.kind {
            case .named, .appended: names.append(key.name)
            case .skipped, .name, .value: continue
            }
        }
        return names
    }

    /// The first key whose value names another's.
    var nameOfReference: String? { keys.first { $0.kind == .name }?.name }

    private static func key(_ text: String) throws(Invalid) -> Key {
        var name = text[...]
        let isPadded = name.hasSuffix("->")
        if isPadded { name = name.dropLast(2) }
        var kind = Kind.named
        switch name.first {
        case "?"?: (kind, name) = (.skipped, name.dropFirst())
        case "*"?: (kind, name) = (.name, name.dropFirst())
        case "&"?: (kind, name) = (.value, name.dropFirst())
        case "+"?:
            name = name.dropFirst()
            var order = 0
            if let slash = name.lastIndex(of: "/"), let number = Int(name[name.index(after: slash)...]) {
                order = number
                name = name[..<slash]
            }
            kind = .appended(order: order)
        case nil: kind = .skipped
        default: break
        }
        guard kind == .skipped || !name.isEmpty else {
            throw Invalid(description: "The key name could not be determined")
        }
        return Key(name: String(name), kind: kind, isPadded: isPadded)
    }

    private func expectPairs() throws(Invalid) {
        let names = keys.filter { $0.kind == .name }.map(\.name)
        let values = keys.filter { $0.kind == .value }.map(\.name)
        guard Set(names) == Set(values), names.count == Set(names).count, values.count == names.count else {
            throw Invalid(
                description: "Found invalid key/reference associations: each '*' needs one '&' of the same name")
        }
    }

    /// Names and values in the order of the pattern; nil when the text does not have all delimiters.
    func match(_ text: String) -> [(name: String, value: String)]? {
        let bytes = Array(text.utf8)
        guard bytes.starts(with: start) else { return nil }
        var position = start.count
        var found: [(key: Key, value: String)] = []
        for (index, key) in keys.enumerated() {
            let isLast = index == keys.count - 1
            var end = bytes.count
            if !key.delimiter.isEmpty {
                guard let place = Self.find(key.delimiter, in: bytes, from: position) else { return nil }
                end = place
            } else if !isLast {
                // Nothing between two keys: the former takes nothing.
                end = position
            }
            found.append((key, String(decoding: bytes[position..<end], as: UTF8.self)))
            position = min(end + key.delimiter.count, bytes.count)
            while key.isPadded, !key.delimiter.isEmpty, bytes[position...].starts(with: key.delimiter) {
                position += key.delimiter.count
            }
        }
        return fields(found)
    }

    private static func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - start >= part.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            (start...bytes.count - part.count).first { place in
                bytes[place] == part[0]
                    && UnsafeBufferPointer(rebasing: bytes[place..<place + part.count]).elementsEqual(part)
            }
        }
    }

    private func fields(_ found: [(key: Key, value: String)]) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var appended: [String: [(order: Int, value: String)]] = [:]
        let appendedNames = Set(
            keys.compactMap { if case .appended = $0.kind { $0.name } else { nil } })
        var names: [String: String] = [:]
        for (key, value) in found where key.kind == .name { names[key.name] = value }
        for (key, value) in found {
            switch key.kind {
            case .skipped, .name: break
            case .value: result.append((names[key.name] ?? key.name, value))
            case .named where !appendedNames.contains(key.name): result.append((key.name, value))
            case .named: appended[key.name, default: []].append((0, value))
            case .appended(let order): appended[key.name, default: []].append((order, value))
            }
        }
        for name in keys.map(\.name) {
            guard let parts = appended.removeValue(forKey: name) else { continue }
            let ordered = parts.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            result.append((name, ordered.map(\.element.value).joined(separator: appendSeparator)))
        }
        return result
    }
}
