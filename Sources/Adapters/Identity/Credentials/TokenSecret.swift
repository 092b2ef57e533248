package import Basics
import SignalModel

/// The texts of new secrets. A prefix makes a leaked one recognisable to people and to scanners.
package enum TokenSecret {
    /// 256 bits: not to be guessed, so a plain hash is enough to store one.
    static let randomBytes = 32
    package static let sessionPrefix = "sbx_session_"

    /// PagerDuty's routing keys have as many characters, and its clients may check that.
    package static let eventsCharacters = 32

    /// With 140 random bits, which are as little to be guessed.
    static func makeEventsKey(randomness: any Randomness) -> String {
        let prefix = Token.Kind.events(forcedLabels: .empty).prefix
        return String((prefix + Base32.encode(randomness.bytes(randomBytes))).prefix(eventsCharacters))
    }

    package static func make(prefix: String, randomness: any Randomness) -> String {
        prefix + Base32.encode(randomness.bytes(randomBytes))
    }

    /// Public names of tokens: 64 bits in hex.
    static func makeID(randomness: any Randomness) -> String {
        let digits = String(randomness.next(), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
