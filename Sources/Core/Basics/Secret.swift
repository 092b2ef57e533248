/// Text that must not be seen: a password, a token, a webhook's URL. Prints as `<secret>` wherever it is printed
/// whole or as part of something, so that it can be leaked only by asking for `revealed`.
package struct Secret: Sendable, Hashable, ExpressibleByStringLiteral {
    package let revealed: String

    package init(_ text: String) { revealed = text }
    package init(stringLiteral text: String) { revealed = text }
    package var isEmpty: Bool { revealed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
