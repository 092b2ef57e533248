package import Basics
import Hummingbird
import Identity
package import Logs
import NIOCore

/// `/ops/v1/logs/tail`: records as they come, by server-sent events.
package struct LogTailAPI: Sendable {
    /// Silence longer than this could be a connection that is gone: a comment finds out.
    private static let keepAlive = Duration.seconds(15)
    /// Rows are gathered for so long before they are sent on.
    private static let gathering = Duration.milliseconds(200)

    private let search: LogSearch
    private let tail: LogTail

    package init(search: LogSearch, tail: LogTail) {
        self.search = search
        self.tail = tail
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/ops/v1/logs/tail", .queryTelemetry,
                "Records as they come, server-sent events; query, language=kql|lucene, index", follow)
        ]
    }

    private func follow(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, [])
        let query = search.query(parameters.filter, indices: parameters.indices, context.principal, LogCancellation())
        try await search.note(context)
        // A query that cannot be asked is refused now, not in the middle of a stream.
        try LogSnapshot.check(query)
        guard let follower = tail.follow(query) else {
            throw APIError(
                .unavailable, "\(LogTail.followersMax) queries are followed already", retryAfterSeconds: 30)
        }
        let clock = search.clock
        follower.wake()
        return EventStream.response(from: follower.signals) { _ in
            try await clock.sleep(until: clock.now() + Self.gathering)
            return Self.event(follower.takeNews())
        } beside: {
            while true {
                try await clock.sleep(until: clock.now() + Self.keepAlive)
                follower.wake()
            }
        } end: { [tail] in
            tail.leave(follower)
        }
    }

    private static func event(_ news: LogFollower.News) -> ByteBuffer {
        var text = ""
        if !news.rows.isEmpty {
            var json = JSONWriter()
            json.object { json in
                json.key("rows")
                json.array { json in for row in news.rows { LogRowJSON.write(row, to: &json) } }
            }
            text += "event: rows\ndata: \(String(decoding: json.bytes, as: UTF8.self))\n\n"
        }
        if news.droppedCount > 0 { text += "event: dropped\ndata: {\"count\":\(news.droppedCount)}\n\n" }
        return ByteBuffer(string: text.isEmpty ? ": still there\n\n" : text)
    }
}
