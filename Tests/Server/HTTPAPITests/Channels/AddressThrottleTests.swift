import HTTPAPI
import TestKit
import Testing

@Suite("Requests without a session")
struct AddressThrottleTests {
    @Test("one address that asks too often waits, others do not, and it may again later")
    func perAddress() throws {
        let clock = VirtualClock()
        let throttle = AddressThrottle(clock: clock)
        for _ in 0..<Int(AddressThrottle.requestsAtOnce) { try throttle.admit("192.0.2.1") }
        let refusal = #expect(throws: APIError.self) { try throttle.admit("192.0.2.1") }
        #expect(refusal?.kind == .throttled)
        try throttle.admit("192.0.2.2")
        clock.advance(by: .seconds(2))
        try throttle.admit("192.0.2.1")
    }

    @Test("many addresses together are bounded, and ever new ones cost bounded memory")
    func together() throws {
        let clock = VirtualClock()
        let throttle = AddressThrottle(clock: clock)
        let admitted = (0..<30_000).count { (try? throttle.admit("a\($0)")) != nil }
        #expect(admitted == 600)
        clock.advance(by: .seconds(60))
        try throttle.admit("a1")
    }
}
