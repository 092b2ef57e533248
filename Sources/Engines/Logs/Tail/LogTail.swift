package import SignalModel
internal import Synchronization

/// New records to those who follow a query, as they are processed.
///
/// Safe from several threads. A follower that does not read in time loses rows and is told how many.
package final class LogTail: Sendable {
    /// Who follows keeps the follower; one that was let go without `leave` is forgotten.
    private struct Place {
        weak var follower: LogFollower?
    }

    private struct State {
        var places: [Place] = []

        mutating func followers() -> [LogFollower] {
            let there = places.compactMap(\.follower)
            if there.count < places.count { places = there.map { Place(follower: $0) } }
            return there
        }
    }

    /// Further ones are refused: each asks its query of every batch.
    package static let followersMax = 100

    private let state = Mutex(State())

    package init() {}

    /// Nil when there are too many. Ends with `leave`.
    package func follow(_ query: LogQuery) -> LogFollower? {
        state.withLock { state in
            guard state.followers().count < Self.followersMax else { return nil }
            let follower = LogFollower(query)
            state.places.append(Place(follower: follower))
            return follower
        }
    }

    package func leave(_ follower: LogFollower) {
        state.withLock { state in state.places.removeAll { $0.follower === follower } }
        follower.end()
    }

    /// Takes records that have been processed.
    package func observe(_ batch: LogBatch) {
        let followers = state.withLock { $0.followers() }
        guard !followers.isEmpty, !batch.isEmpty else { return }
        let snapshot = LogSnapshot(sources: [.init(content: .pending(PendingBatch(batch)), dead: nil)])
        for follower in followers { follower.take(snapshot) }
    }
}

/// Somebody who follows a query.
package final class LogFollower: Sendable {
    /// What came since the last one was taken.
    package struct News: Sendable {
        package var rows: [LogRow] = []
        /// Matched, and left out: too many at once.
        package var droppedCount = 0
        package var error: LogQueryError?
    }

    /// Rows that wait for a reader; of more the rest is counted only.
    private static let waitingMax = 500

    private let query: LogQuery
    private let news = Mutex(News())
    /// An element when there is news; ends with the following.
    package let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(_ query: LogQuery) {
        self.query = query
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func takeNews() -> News {
        news.withLock { news in
            defer { news = News() }
            return news
        }
    }

    /// Makes a signal without news.
    package func wake() { signal.yield() }

    fileprivate func end() { signal.finish() }

    fileprivate func take(_ snapshot: LogSnapshot) {
        let room = Self.waitingMax - news.withLock { $0.rows.count }
        do throws(LogQueryError) {
            var matching = 0
            try snapshot.visit(query) { block throws(LogQueryError) in matching += block.matching.count }
            guard matching > 0 else { return }
            let rows = try snapshot.rows(query, LogRowsRequest(isDescending: false, limit: max(0, room)))
            news.withLock { news in
                news.rows += rows
                news.droppedCount += matching - rows.count
            }
        } catch {
            news.withLock { $0.error = error }
        }
        signal.yield()
    }
}

extension LogSnapshot {
    /// Throws when a query cannot be asked, whatever the records.
    package static func check(_ query: LogQuery) throws(LogQueryError) { _ = try QueryPlan(query) }
}
