/// A pattern for one name of a path: `*` stands for anything, `?` for one byte.
package enum Wildcard {
    package static func isPattern(_ text: some StringProtocol) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    package static func matches(_ name: some StringProtocol, _ pattern: some StringProtocol) -> Bool {
        matches(Array(name.utf8), Array(pattern.utf8))
    }

    /// Greedy matching with one point to come back to: linear in the name for each star.
    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var position = 0
        var cursor = 0
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if cursor < pattern.count, pattern[cursor] == UInt8(ascii: "*") {
                star = (cursor, position)
                cursor += 1
            } else if cursor < pattern.count,
                pattern[cursor] == name[position] || pattern[cursor] == UInt8(ascii: "?")
            {
                cursor += 1
                position += 1
            } else if let last = star {
                cursor = last.pattern + 1
                position = last.name + 1
                star = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[cursor...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
