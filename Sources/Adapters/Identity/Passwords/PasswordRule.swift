package import Basics

/// What a password must be. Length is what counts (NIST SP 800-63B): no rules about kinds of characters.
package enum PasswordRule {
    package static let charactersMin = 10
    /// Beyond it a password is refused before it is hashed.
    package static let bytesMax = 1024

    /// Nil when `password` will do for `user`, otherwise why not.
    package static func refusal(_ password: String, user: UserName) -> String? {
        if password.count < charactersMin { return "a password needs at least \(charactersMin) characters" }
        if password.utf8.count > bytesMax { return "a password may have at most \(bytesMax) bytes" }
        if Set(password).count < 4 { return "a password needs at least four different characters" }
        if password.lowercased() == user.text { return "a password must differ from the user's name" }
        return nil
    }

    /// A generated one: 100 bits, in four groups that can be read aloud.
    package static func generate(randomness: any Randomness) -> String {
        let characters = Array(Base32.encode(randomness.bytes(13)).prefix(20))
        return stride(from: 0, to: 20, by: 5).map { String(characters[$0..<$0 + 5]) }.joined(separator: "-")
    }
}
