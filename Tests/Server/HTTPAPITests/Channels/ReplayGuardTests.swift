import HTTPAPI
import TestKit
import Testing

@Suite("Signed requests that come twice")
struct ReplayGuardTests {
    @Test("the second is refused, for as long as it is remembered")
    func second() {
        let clock = VirtualClock()
        let replays = ReplayGuard(clock: clock, memory: .seconds(60))
        #expect(replays.take("a"))
        #expect(!replays.take("a"))
        #expect(replays.take("b"))
        clock.advance(by: .seconds(61))
        #expect(replays.take("a"))
    }

    @Test("memory is bounded: the oldest go first")
    func bounded() {
        let replays = ReplayGuard(clock: VirtualClock())
        for number in 0...ReplayGuard.requestsMax { #expect(replays.take("\(number)")) }
        #expect(replays.take("0"))
        #expect(!replays.take("\(ReplayGuard.requestsMax)"))
    }
}
