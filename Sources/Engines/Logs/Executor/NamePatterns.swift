internal import Basics

/// A list of names, some with `*`, some that take away (`-name`).
struct NamePatterns: Sendable {
    private let patterns: [(text: String, isExclusion: Bool)]

    init(_ patterns: [String]) {
        self.patterns = patterns.map {
            $0.hasPrefix("-") ? (String($0.dropFirst()), true) : ($0, false)
        }
    }

    /// Without any, all names are meant; after exclusions alone, all others.
    var isEverything: Bool { patterns.isEmpty }

    func contains(_ name: String) -> Bool {
        var isIn = patterns.isEmpty || patterns[0].isExclusion
        for pattern in patterns where Wildcard.matches(name, pattern.text) { isIn = !pattern.isExclusion }
        return isIn
    }
}

/// Fields that are hidden: the names themselves and all below them.
struct FieldMask: Sendable {
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    var isEmpty: Bool { names.isEmpty }

    func hides(_ name: String) -> Bool {
        guard !names.isEmpty else { return false }
        return names.contains { Wildcard.matches(name, $0) || Wildcard.matches(name, $0 + ".*") }
    }
}
