import Alerting
import Basics
import Response
import SignalModel
import TestKit
import Testing

@Suite("Drills")
struct DrillTests {
    private static func configuration(
        people: [String] = ["engineer"], within: Int64? = 10 * 60_000, every: Int64? = nil, at: Int64? = nil
    ) -> PagingConfiguration {
        var configuration = PagingConfiguration.fixture
        var drill = WatchPolicy.Drill(people: people, channels: ["hook"])
        drill.acknowledgeWithinMilliseconds = within
        drill.everyMilliseconds = every
        drill.atMilliseconds = at
        configuration.watch.drill = drill
        return configuration
    }

    @Test("it goes the whole way, is marked, reaches its own people only, and an acknowledgement passes it")
    func passed() throws {
        var history = OperationsHistory(Self.configuration())
        history.feed(.drillStarted(by: "ada"))
        let page = try #require(history.state.open.values.first)
        #expect(page.watch.isDrill && page.title.hasPrefix("DRILL: "))
        #expect(history.messages(.page).map(\.notification.channel.person) == ["engineer"])
        #expect(history.messages(.announcement).map(\.notification.channel.channel) == ["hook"])
        #expect(history.messages(.page)[0].notification.subject.title.hasPrefix("DRILL: "))
        history.advance(minutes: 9)
        history.feed(.acknowledged(page: page.id, by: "engineer", note: ""))
        #expect(history.state.open.isEmpty && history.state.alerts.firing.isEmpty)
        #expect(history.state.drills.succeededAtMilliseconds == history.now)
        history.advance(minutes: 60)
        #expect(history.state.drills.failures == 0)
        #expect(history.messages(.selfAlarm).isEmpty)
        #expect(history.messages(.page).count == 1, "no level after the first, no lead")
    }

    @Test("nobody acknowledges: it fails, and the owners are told")
    func failed() {
        var history = OperationsHistory(Self.configuration())
        history.feed(.drillStarted(by: ""))
        history.advance(milliseconds: 10 * 60_000 - 1)
        #expect(history.state.drills.failures == 0)
        history.advance(milliseconds: 1)
        #expect(history.state.drills.failures == 1 && history.state.open.isEmpty)
        #expect(
            history.messages(.selfAlarm).map(\.notification.subject.text)
                == ["the drill has failed: nobody has acknowledged it in time"])
    }

    @Test("without people it passes when every message is delivered, and fails when one is not")
    func delivered() {
        var history = OperationsHistory(Self.configuration(people: [], within: nil))
        history.feed(.drillStarted(by: ""))
        #expect(history.state.drills.successes == 1 && history.state.open.isEmpty)
        history.answer = { _, _ in .retry(reason: "503", retryAfterMilliseconds: nil) }
        history.feed(.drillStarted(by: ""))
        history.advance(minutes: 6)
        #expect(history.state.drills.failures == 1 && history.state.drills.successes == 1)
    }

    @Test("it begins by itself as often as wanted, and not twice at once")
    func schedule() {
        var history = OperationsHistory(Self.configuration(every: 3_600_000))
        history.advance(minutes: 59)
        #expect(history.messages(.page).isEmpty)
        history.advance(minutes: 1)
        #expect(history.messages(.page).count == 1)
        history.feed(.drillStarted(by: "ada"))
        #expect(history.messages(.page).count == 1)
        history.advance(minutes: 60)
        #expect(history.messages(.page).count == 2)
        #expect(history.state.drills.failures == 1)
    }

    @Test("at an hour of the day, in UTC")
    func hour() {
        let day: Int64 = 86_400_000
        var history = OperationsHistory(Self.configuration(every: 7 * day, at: 9 * 3_600_000))
        var starts: [Int64] = []
        for _ in 0..<(15 * 24) {
            history.advance(minutes: 60)
            if let at = history.state.drills.startedAtMilliseconds, starts.last != at { starts.append(at) }
        }
        let hours: [Int64] = starts.map { $0 % day }
        let nine: Int64 = 9 * 3_600_000
        #expect(hours == [nine, nine, nine])
        let gaps: [Int64] = zip(starts, starts.dropFirst()).map { $1 - $0 }
        let week: Int64 = 7 * day
        #expect(gaps == [week, week])
    }

    @Test("none without a policy")
    func none() {
        var history = OperationsHistory(.fixture)
        history.feed(.drillStarted(by: "ada"))
        #expect(history.state.open.isEmpty && history.attempts.isEmpty)
    }
}
