/// A user's name in its one spelling: lower case, so `Ann` and `ann` are one person.
package struct UserName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String
    package var description: String { text }

    package static let bytesMax = 64
    package static let admin = UserName(unchecked: "admin")

    /// What `init` holds a name to, for messages.
    package static let rule = "1 to 64 of a-z 0-9 . _ - + @, beginning with a letter or digit"

    /// Nil when `text` breaks the `rule`; capital letters become small.
    package init?(_ text: some StringProtocol) {
        // Before lower-casing: the Kelvin sign, among others, would become a plain letter.
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let lowered = text.lowercased()
        guard let first = lowered.utf8.first, Self.isAlphanumeric(first),
            lowered.utf8.allSatisfy({ Self.isAlphanumeric($0) || Self.punctuation.contains($0) })
        else { return nil }
        self.text = lowered
    }

    private init(unchecked: String) { text = unchecked }

    private static let punctuation = Array("._-+@".utf8)

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    package static func < (left: UserName, right: UserName) -> Bool { left.text < right.text }
}
