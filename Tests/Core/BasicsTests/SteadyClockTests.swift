import Basics
import TestKit
import Testing

@Suite("The steady clock")
struct SteadyClockTests {
    private let machine = VirtualClock()
    private let start: Timestamp
    private let clock: SteadyClock

    init() {
        start = machine.now()
        clock = SteadyClock(machine)
    }

    @Test("is the machine's clock while nobody sets that back", arguments: [0, 1, 999, 86_400_000] as [Int64])
    func follows(milliseconds: Int64) {
        machine.advance(by: .milliseconds(milliseconds))
        #expect(clock.now() == machine.now())
        machine.jump(to: machine.now() + .seconds(7200))
        #expect(clock.now() == machine.now())
    }

    @Test("runs on after a step back, a tenth slower, until the machine's clock has caught up")
    func stepBack() {
        machine.jump(to: start - .seconds(3600))
        #expect(clock.now() == start)
        machine.advance(by: .seconds(600))
        #expect(clock.now() == start + .seconds(540))
        machine.advance(by: .seconds(10 * 3600))
        #expect(clock.now() == machine.now())
    }

    @Test(
        "never goes back and never falls behind nine tenths of what passes, however often it is read",
        arguments: 1...20 as ClosedRange<UInt64>)
    func pace(seed: UInt64) {
        var randomness = SeededRandomness(seed: seed)
        var before = clock.now()
        for _ in 0..<500 {
            let passed = Int64.random(in: 0...3, using: &randomness)
            machine.advance(by: .milliseconds(passed))
            if Int.random(in: 0..<20, using: &randomness) == 0 {
                machine.jump(to: machine.now() + .milliseconds(Int64.random(in: -5000...5000, using: &randomness)))
            }
            let now = clock.now()
            #expect(now >= before)
            #expect(now >= machine.now())
            before = now
        }
        machine.jump(to: machine.now() - .seconds(100))
        before = clock.now()
        for _ in 0..<10_000 {
            machine.advance(by: .milliseconds(1))
            _ = clock.now()
        }
        #expect((9000...10_001).contains((clock.now() - before).milliseconds))
    }
}
