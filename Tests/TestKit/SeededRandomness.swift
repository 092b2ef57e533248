import Basics
import Synchronization

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run.
package final class SeededRandomness: Randomness, RandomNumberGenerator {
    package let seed: UInt64
    private let state: Mutex<UInt64>

    package init(seed: UInt64) {
        self.seed = seed
        state = Mutex(seed)
    }

    package func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }
}
