import Basics
import Testing

@testable import Backends

@Suite("What an answer to a write means")
struct WriteVerdictTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func verdict(_ status: Int, retryAfter: String? = nil, _ body: String = "why\nso") -> WriteVerdict {
        WriteVerdict(RemoteAnswer(status: status, retryAfter: retryAfter, body: Array(body.utf8)), now: Self.now)
    }

    @Test("2xx is accepted", arguments: [200, 202, 204])
    func accepted(status: Int) { #expect(verdict(status) == .accepted) }

    @Test("what speaks of the samples is final", arguments: [400, 405, 409, 413, 415, 422])
    func refused(status: Int) {
        #expect(verdict(status) == .refused(reason: "HTTP status \(status): why so"))
    }

    @Test(
        "what speaks of the way is tried again", arguments: [302, 401, 403, 404, 407, 408, 429, 500, 502, 503, 504])
    func retried(status: Int) {
        #expect(verdict(status) == .retry(reason: "HTTP status \(status): why so", after: nil))
    }

    @Test("Retry-After is seconds or a date")
    func retryAfter() {
        #expect(
            verdict(429, retryAfter: "17", "")
                == .retry(reason: "HTTP status 429: no reason given", after: .seconds(17)))
        let date = verdict(503, retryAfter: "Tue, 14 Nov 2023 22:13:30 GMT", "")
        #expect(date == .retry(reason: "HTTP status 503: no reason given", after: .seconds(10)))
        #expect(
            verdict(503, retryAfter: "soon", "") == .retry(reason: "HTTP status 503: no reason given", after: nil))
    }

    @Test("long words are cut")
    func words() {
        guard case .refused(let reason) = verdict(400, String(repeating: "x", count: 100_000)) else {
            Issue.record("not refused")
            return
        }
        #expect(reason.utf8.count < 600)
    }
}
