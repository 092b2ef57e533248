import Basics
import SignalModel

/// Reads a mapping key by key; `finish` then notes every key nobody asked for, with the nearest known one.
struct MappingReader {
    struct Entry {
        var name: String
        var key: ConfigurationNode
        var value: ConfigurationNode
    }

    private let entries: [Entry]
    private let owner: ConfigurationNode
    private var known: Set<String> = []
    private var unsupported: [String: String] = [:]

    init(entries: [Entry], owner: ConfigurationNode) {
        self.entries = entries
        self.owner = owner
    }

    subscript(name: String) -> ConfigurationNode? {
        mutating get {
            known.insert(name)
            return entries.first { $0.name == name }?.value
        }
    }

    /// The value of `name`, or a problem at the mapping when it is missing.
    mutating func required(_ name: String) -> ConfigurationNode? {
        if let value = self[name] { return value }
        owner.note("\(owner.path.isEmpty ? "" : owner.path + ": ")\(name) is missing")
        return nil
    }

    /// Every entry, for mappings whose keys are the user's.
    mutating func all() -> [Entry] {
        known.formUnion(entries.map(\.name))
        return entries
    }

    /// Names a key that means something elsewhere but not in this version.
    mutating func refuse(_ name: String, _ reason: String) { unsupported[name] = reason }

    func finish() {
        for entry in entries where !known.contains(entry.name) {
            if let reason = unsupported[entry.name] {
                entry.key.note("\(entry.value.path): \(reason)")
                continue
            }
            var message = "unknown key \(quoted(entry.value.path))"
            if let near = nearest(to: entry.name) {
                message += "; did you mean \(quoted(near))?"
            } else if !known.isEmpty {
                message += "; known here: " + known.sorted().joined(separator: ", ")
            }
            entry.key.note(message)
        }
    }

    private func nearest(to name: String) -> String? {
        let candidates = known.map { ($0, EditDistance.between($0, name)) }.min { $0.1 < $1.1 }
        guard let candidates, candidates.1 <= max(1, name.count / 3) else { return nil }
        return candidates.0
    }
}
