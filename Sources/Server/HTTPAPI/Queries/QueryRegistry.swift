package import Basics
import Synchronization

/// The queries under way, each of which may be ended, and the heaviest of the last hour.
package final class QueryRegistry: Sendable {
    /// What a query looks like to people; also when it is over.
    package struct Report: Sendable, Hashable {
        package var id: String
        package var text: String
        /// `instant`, or `range` with its length and step.
        package var kind: String
        /// The principal's audit name.
        package var by: String
        package var startedAt: Timestamp
        package var took: Duration
        /// Points in memory, now or the most there were.
        package var samplesHeld: Int
        package var samplesRead: Int
        package var state: State
    }

    package enum State: String, Sendable, Hashable { case waiting, running, done, failed, ended }

    private struct Registered {
        var nextID: UInt64 = 1
        var running: [String: RunningQuery] = [:]
        var heaviest: [Report] = []
    }

    /// Finished queries that are told of.
    private static let heaviestMax = 20
    private static let heaviestAgeMax = Duration.seconds(3600)

    private let clock: any WallClock
    private let registered = Mutex(Registered())

    package init(clock: any WallClock) { self.clock = clock }

    /// To be given back with `finish`.
    func begin(_ text: String, kind: String, by: String, isGone: @escaping @Sendable () -> Bool) -> RunningQuery {
        registered.withLock { registered in
            let id = String(registered.nextID, radix: 16)
            registered.nextID += 1
            let query = RunningQuery(
                id: id, text: text, kind: kind, by: by, startedAt: clock.now(), began: clock.uptime(), isGone: isGone)
            registered.running[id] = query
            return query
        }
    }

    func finish(_ query: RunningQuery, _ state: State) {
        var report = query.report(at: clock.uptime())
        report.state = query.endedBy == nil ? state : .ended
        registered.withLock { registered in
            registered.running[query.id] = nil
            let oldest = report.startedAt - Self.heaviestAgeMax
            registered.heaviest.removeAll { $0.startedAt < oldest }
            registered.heaviest.append(report)
            registered.heaviest.sort { $0.took > $1.took }
            registered.heaviest.removeLast(max(0, registered.heaviest.count - Self.heaviestMax))
        }
    }

    /// Longest first.
    package var running: [Report] {
        let now = clock.uptime()
        return registered.withLock { $0.running.values.map { $0.report(at: now) } }.sorted { $0.took > $1.took }
    }

    /// Of the last hour, longest first.
    package var heaviest: [Report] {
        let oldest = clock.now() - Self.heaviestAgeMax
        return registered.withLock { $0.heaviest.filter { $0.startedAt >= oldest } }
    }

    /// Ends a query within milliseconds; false when none of this id is under way.
    package func end(_ id: String, by: String) -> Bool {
        guard let query = registered.withLock({ $0.running[id] }) else { return false }
        query.end(by: by)
        return true
    }
}
