import Basics
import TestKit
import Testing

@testable import Backends

@Suite("Waiting before the next attempt")
struct SendingBackoffTests {
    @Test("waits double up to the longest, each with chance in its upper half")
    func growth() {
        for seed in UInt64(1)...50 {
            var backoff = SendingBackoff()
            let randomness = SeededRandomness(seed: seed)
            for whole in [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000] {
                let wait = backoff.wait(asked: nil, randomness).milliseconds
                #expect((Int64(whole / 2)...Int64(whole)).contains(wait), "seed \(seed)")
            }
            backoff.reset()
            #expect(backoff.wait(asked: nil, randomness).milliseconds <= 100)
        }
    }

    @Test("chance takes part")
    func jitter() {
        let waits = (1...20).map { seed in
            var backoff = SendingBackoff()
            return backoff.wait(asked: nil, SeededRandomness(seed: UInt64(seed)))
        }
        #expect(Set(waits).count > 10)
    }

    @Test("what the backend asks for is the least")
    func asked() {
        var backoff = SendingBackoff()
        #expect(backoff.wait(asked: .seconds(90), SeededRandomness(seed: 1)) == .seconds(90))
        #expect(backoff.wait(asked: .milliseconds(1), SeededRandomness(seed: 1)) >= .milliseconds(100))
    }
}
