import Basics
import Identity
import TestKit
import Testing

@Suite struct PasswordHashTests {
    /// Made by Python's hashlib.scrypt: n=1024, r=8, p=2, salt 00…0f.
    private static let foreign = "scrypt$10$8$2$AAECAwQFBgcICQoLDA0ODw==$5V+IyNOG7VdNqfEwku7fVRNmRq0SrjnsUA8hH2Zy59M="

    @Test("a hash made elsewhere from the same knobs matches")
    func foreignHash() throws {
        let hash = try #require(PasswordHash(encoded: Self.foreign))
        #expect(try hash.matches("correct horse battery"))
        #expect(try !hash.matches("correct horse batterY"))
        #expect(try !hash.matches(""))
        #expect(hash.encoded == Self.foreign)
    }

    @Test("two hashes of one password differ, and both match")
    func salted() throws {
        let randomness = SeededRandomness(seed: 1)
        let first = try PasswordHash(password: "päss wörd 🔑", cost: IdentityFixture.cheap, randomness: randomness)
        let second = try PasswordHash(password: "päss wörd 🔑", cost: IdentityFixture.cheap, randomness: randomness)
        #expect(first != second)
        #expect(try first.matches("päss wörd 🔑"))
        #expect(try second.matches("päss wörd 🔑"))
    }

    @Test(
        "a stored hash that is damaged or would eat the machine is refused",
        arguments: [
            "", "scrypt", "bcrypt$10$8$2$AAECAwQFBgcICQoLDA0ODw==$AAAA", foreign + "$", "x" + foreign,
            foreign.replacingKnob("10", with: "25"), foreign.replacingKnob("10", with: "0"),
            foreign.replacingKnob("10", with: "-1"), foreign.replacingKnob("10", with: "99999999999999999999"),
            String(foreign.dropLast()), foreign.replacingKnob("8$2", with: "8$1000"),
            foreign.replacingKnob("8$2", with: "0$2"),
        ])
    func damaged(encoded: String) {
        #expect(PasswordHash(encoded: encoded) == nil)
    }

    @Test(
        "weak passwords are refused with a reason",
        arguments: [
            "", "short", "aaaaaaaaaaaa", "abababababab", "first.last@example", String(repeating: "abcd", count: 300),
        ])
    func weak(password: String) throws {
        #expect(PasswordRule.refusal(password, user: try #require(UserName("First.Last@example"))) != nil)
    }

    @Test("generated passwords pass the rule and are not alike")
    func generated() throws {
        let randomness = SeededRandomness(seed: 3)
        let passwords = Set((0..<50).map { _ in PasswordRule.generate(randomness: randomness) })
        #expect(passwords.count == 50)
        for password in passwords {
            #expect(password.count == 23)
            #expect(PasswordRule.refusal(password, user: .admin) == nil)
        }
    }
}

extension String {
    fileprivate func replacingKnob(_ old: String, with new: String) -> String {
        var parts = split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        let oldParts = old.split(separator: "$").map(String.init)
        let newParts = new.split(separator: "$").map(String.init)
        guard let start = parts.indices.first(where: { parts[$0...].starts(with: oldParts) }) else { return self }
        parts.replaceSubrange(start..<start + oldParts.count, with: newParts)
        return parts.joined(separator: "$")
    }
}
