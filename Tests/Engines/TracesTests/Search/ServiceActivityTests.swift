import SignalModel
import Testing

@testable import Traces

@Suite("What services did, over time")
struct ServiceActivityTests {
    @Test("durations of each step of the time")
    func steps() throws {
        var fixture = SpanFixture()
        fixture.add(trace: 1, 1, kind: .server, at: 100, duration: 10)
        fixture.add(trace: 2, 1, kind: .server, at: 900, duration: 80)
        let request = TraceReader.ActivityRequest(times: 0..<1_000_000_000, steps: 4, hasStepDurations: true)
        let group = try #require(try SpanFixture.reader(fixture.batch).activity(request).groups.first)
        #expect(group.stepDurations.map(\.count) == [1, 0, 0, 1])
        let last = try #require(group.stepDurations[3].quantile(0.5))
        #expect(abs(last - 80e6) < 4e6)
    }

    @Test("of more services than have room for durations of steps the further ones are counted without")
    func manyServices() throws {
        var fixture = SpanFixture()
        for number: UInt64 in 1...60 {
            fixture.add(trace: number, 1, service: "shop \(number)", kind: .server, at: 1, duration: 10)
        }
        let steps = TraceReader.stepDurationsMax / 50
        let request = TraceReader.ActivityRequest(times: 0..<1_000_000_000, steps: steps, hasStepDurations: true)
        let found = try SpanFixture.reader(fixture.batch).activity(request)
        #expect(found.isTruncated && found.groups.count == 60)
        #expect(found.groups.allSatisfy { $0.requestCount == 1 && $0.durations.count == 1 })
        #expect(found.groups.filter { $0.stepDurations.count == steps }.count == 50)
        #expect(found.groups.filter { $0.stepDurations.isEmpty }.count == 10)
    }
}
