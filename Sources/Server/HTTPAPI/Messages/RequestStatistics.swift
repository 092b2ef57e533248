package import Basics
package import Hummingbird
import Synchronization

/// Counts requests and their time by route, for `/metrics`.
package final class RequestStatistics: Sendable {
    package struct Key: Hashable, Sendable, Comparable {
        package var method: String
        /// The route's pattern, never the raw path: strangers must not be able to make series.
        package var route: String
        package var status: Int

        package static func < (left: Key, right: Key) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    package struct Count: Sendable {
        package var requests: UInt64 = 0
        package var seconds: Double = 0
    }

    private let counts = Mutex<[Key: Count]>([:])

    package init() {}

    package func snapshot() -> [(key: Key, count: Count)] {
        counts.withLock { counts in counts.map { ($0.key, $0.value) } }.sorted { $0.0 < $1.0 }
    }

    func record(_ key: Key, seconds: Double) {
        counts.withLock { counts in
            counts[key, default: Count()].requests += 1
            counts[key, default: Count()].seconds += seconds
        }
    }
}

package struct RequestStatisticsMiddleware: RouterMiddleware {
    package typealias Context = SignalboxRequestContext

    private let statistics: RequestStatistics
    private let clock: any WallClock

    package init(statistics: RequestStatistics, clock: any WallClock) {
        self.statistics = statistics
        self.clock = clock
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let began = clock.uptime()
        func note(_ status: Int) {
            let key = RequestStatistics.Key(
                method: request.method.rawValue, route: context.endpointPath ?? "none", status: status)
            statistics.record(key, seconds: (clock.uptime() - began).seconds)
        }
        do {
            let response = try await next(request, context)
            note(response.status.code)
            return response
        } catch {
            note((error as? any HTTPResponseError)?.status.code ?? 500)
            throw error
        }
    }
}
