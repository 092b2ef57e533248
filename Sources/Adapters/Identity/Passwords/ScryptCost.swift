/// scrypt's three knobs (RFC 7914). Stored with each hash, so that raising them leaves old hashes readable.
package struct ScryptCost: Sendable, Hashable {
    /// N is two to this power.
    package var roundsLog2: Int
    package var blockSize: Int
    package var parallelism: Int

    /// N = 2^15, r = 8, p = 3: 32 MiB and OWASP's equal of its first choice (2^17, 8, 1) in time.
    package static let standard = ScryptCost(uncheckedRoundsLog2: 15, blockSize: 8, parallelism: 3)

    /// A stored hash that asks for more is refused as damaged: it could take the machine's memory.
    static let memoryBytesMax = 256 << 20
    static let parallelismMax = 16

    /// Nil beyond the limits above or what scrypt allows.
    package init?(roundsLog2: Int, blockSize: Int, parallelism: Int) {
        guard (1...20).contains(roundsLog2), (1...64).contains(blockSize),
            (1...Self.parallelismMax).contains(parallelism),
            (128 * blockSize) << roundsLog2 <= Self.memoryBytesMax,
            // RFC 7914 §2: N < 2^(128 r / 8).
            roundsLog2 < 16 * blockSize
        else { return nil }
        self.init(uncheckedRoundsLog2: roundsLog2, blockSize: blockSize, parallelism: parallelism)
    }

    private init(uncheckedRoundsLog2: Int, blockSize: Int, parallelism: Int) {
        roundsLog2 = uncheckedRoundsLog2
        self.blockSize = blockSize
        self.parallelism = parallelism
    }
}
