package import Basics
internal import Crypto
internal import CryptoExtras

/// A password as it is kept: scrypt's key, its salt and its cost. Making and checking one takes a quarter of a
/// second of one core and 32 MiB at the standard cost; call from a thread that may block.
package struct PasswordHash: Sendable, Hashable {
    package let cost: ScryptCost
    private let salt: [UInt8]
    private let key: [UInt8]

    private static let saltBytes = 16
    private static let keyBytes = 32

    package init(password: String, cost: ScryptCost, randomness: any Randomness) throws(IdentityError) {
        let salt = randomness.bytes(Self.saltBytes)
        self.init(cost: cost, salt: salt, key: try Self.derive(password, salt: salt, cost: cost))
    }

    private init(cost: ScryptCost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// One that no password matches, but that takes as long to check as any: its key is chance. Costs nothing to make.
    package static func decoy(cost: ScryptCost, randomness: any Randomness) -> PasswordHash {
        PasswordHash(cost: cost, salt: randomness.bytes(saltBytes), key: randomness.bytes(keyBytes))
    }

    /// Takes the same time whether the password is right or not.
    package func matches(_ password: String) throws(IdentityError) -> Bool {
        constantTimeEquals(try Self.derive(password, salt: salt, cost: cost), key)
    }

    private static func derive(_ password: String, salt: [UInt8], cost: ScryptCost) throws(IdentityError) -> [UInt8] {
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: keyBytes, rounds: 1 << cost.roundsLog2,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw IdentityError(.unavailable, "scrypt failed, most likely for want of memory")
        }
    }

    /// `scrypt$15$8$3$SALT$KEY`: N as a power of two, r, p, then base64.
    package var encoded: String {
        "scrypt$\(cost.roundsLog2)$\(cost.blockSize)$\(cost.parallelism)$\(Base64.encode(salt))$\(Base64.encode(key))"
    }

    /// Nil when `encoded` is not a hash of ours within our limits.
    package init?(encoded: String) {
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let roundsLog2 = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]),
            let cost = ScryptCost(roundsLog2: roundsLog2, blockSize: blockSize, parallelism: parallelism),
            let salt = Base64.decode(parts[4]), salt.count == Self.saltBytes,
            let key = Base64.decode(parts[5]), key.count == Self.keyBytes
        else { return nil }
        self.init(cost: cost, salt: salt, key: key)
    }
}
