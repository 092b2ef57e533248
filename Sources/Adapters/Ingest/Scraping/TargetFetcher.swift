import AsyncHTTPClient
package import Basics
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import SignalModel
import WireFormats

/// Asks targets over HTTP, with the headers Prometheus sends.
package final class TargetFetcher: TargetFetching {
    private let clients: HTTPClients
    private let clock: any WallClock

    package init(clients: HTTPClients, clock: any WallClock) {
        self.clients = clients
        self.clock = clock
    }

    package func fetch(_ target: ScrapeTarget) async -> Result<ScrapeAnswer, ScrapeFailure> {
        let timeout = target.timeout
        let deadline = clock.now() + timeout
        return await withTaskGroup(of: Result<ScrapeAnswer, ScrapeFailure>?.self) { group in
            group.addTask { await self.attempt(target) }
            group.addTask {
                // The client's own timers begin anew with each byte; this one bounds the whole answer.
                guard (try? await self.clock.sleep(until: deadline)) != nil else { return nil }
                return .failure(.transport("context deadline exceeded: no whole answer within \(timeout)"))
            }
            var answer: Result<ScrapeAnswer, ScrapeFailure>?
            while answer == nil, let next = await group.next() { answer = next }
            group.cancelAll()
            return answer ?? .failure(.transport("the scrape was given up"))
        }
    }

    private func attempt(_ target: ScrapeTarget) async -> Result<ScrapeAnswer, ScrapeFailure> {
        let configuration = target.configuration
        do {
            return try await clients.get(
                target.url, headers: headers(target), configuration.http, timeout: target.timeout
            ) { response in
                guard response.status == .ok else {
                    return .failure(.transport("server returned HTTP status \(response.status)"))
                }
                let body = try await response.body.collect(upTo: configuration.bodyBytesMax)
                return .success(
                    ScrapeAnswer(
                        body: Array(body.readableBytesView),
                        contentType: response.headers.first(name: "Content-Type")))
            }
        } catch is NIOTooManyBytesError {
            return .failure(.bodyTooLarge)
        } catch {
            return .failure(.transport("\(HTTPClientFailure(error))"))
        }
    }

    private func headers(_ target: ScrapeTarget) -> HTTPHeaders {
        [
            "Accept": target.configuration.negotiation.accept, "User-Agent": "Signalbox",
            "X-Prometheus-Scrape-Timeout-Seconds": TextExpositionWriter.text(target.timeout.seconds),
        ]
    }
}
