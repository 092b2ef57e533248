package import Basics

/// One condition on one label. An absent label counts as the empty string.
package struct Matcher: Sendable, Hashable, CustomStringConvertible {
    package enum Operation: String, Sendable, Hashable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case notMatches = "!~"
    }

    package let name: String
    package let operation: Operation
    package let value: String
    /// Compiled for the two regex operations: fully anchored, RE2 syntax, `.` matches newlines.
    private let expression: RegularExpression?

    /// Throws when `value` is not a valid pattern for a regex operation.
    package init(_ name: String, _ operation: Operation, _ value: String) throws(RegularExpression.InvalidPattern) {
        self.name = name
        self.operation = operation
        self.value = value
        expression =
            switch operation {
            case .equal, .notEqual: nil
            case .matches, .notMatches: try RegularExpression(value)
            }
    }

    package func matches(_ text: String) -> Bool {
        switch operation {
        // Byte by byte, as Prometheus and Alertmanager do: `==` takes an é of one scalar for one of two.
        case .equal: text.utf8.elementsEqual(value.utf8)
        case .notEqual: !text.utf8.elementsEqual(value.utf8)
        case .matches: expression?.matchesWhole(text) ?? false
        case .notMatches: !(expression?.matchesWhole(text) ?? false)
        }
    }

    /// The same for UTF-8 bytes, without making a string of them.
    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch operation {
        case .equal: text.elementsEqual(value.utf8)
        case .notEqual: !text.elementsEqual(value.utf8)
        case .matches: expression?.matchesWhole(text) ?? false
        case .notMatches: !(expression?.matchesWhole(text) ?? false)
        }
    }

    package func matches(_ labels: Labels) -> Bool { matches(labels[name]) }

    /// What the pattern of a regex operation compiled to; zero for the others. See `RegularExpression.programSize`.
    package var programSize: Int { expression?.programSize ?? 0 }

    package var matchesEmpty: Bool { matches("") }

    package var description: String {
        (LabelName.isLegacy(name) ? name : quoted(name)) + operation.rawValue + quoted(value)
    }

    package static func == (left: Matcher, right: Matcher) -> Bool {
        left.operation == right.operation && left.name.utf8.elementsEqual(right.name.utf8)
            && left.value.utf8.elementsEqual(right.value.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }
}
