/// The seam for chance: ids, jitter, salts. Seeded in tests so that a run can be repeated.
///
/// Implementations may be called from any thread at once.
package protocol Randomness: Sendable {
    func next() -> UInt64
}

extension Randomness {
    /// `count` bytes. Fit for secrets only from `SystemRandomness`.
    package func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            var word = next()
            for _ in 0..<min(8, count - result.count) {
                result.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return result
    }
}

/// The kernel's cryptographic generator.
package struct SystemRandomness: Randomness {
    package init() {}

    package func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
