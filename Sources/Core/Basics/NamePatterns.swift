/// A list of names, some with `*`, some that take away (`-name`).
package struct NamePatterns: Sendable {
    private let patterns: [(text: String, isExclusion: Bool)]

    package init(_ patterns: [String]) {
        self.patterns = patterns.map {
            $0.hasPrefix("-") ? (String($0.dropFirst()), true) : ($0, false)
        }
    }

    /// Without any, all names are meant; after exclusions alone, all others.
    package var isEverything: Bool { patterns.isEmpty }

    package func contains(_ name: String) -> Bool {
        var isIn = patterns.isEmpty || patterns[0].isExclusion
        for pattern in patterns where Wildcard.matches(name, pattern.text) { isIn = !pattern.isExclusion }
        return isIn
    }
}
