import AsyncHTTPClient
package import Basics
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import SignalModel
import WireFormats

/// Asks targets over HTTP, with the headers Prometheus sends.
package final class TargetFetcher: TargetFetching {
    /// A small answer that unpacks to more than this is an attack or a mistake, whatever the job allows.
    private static let unpackedBytesMax = 512 << 20
    private static let redirectsMax = 10

    private let client: HTTPClient
    private let clock: any WallClock

    package init(clock: any WallClock) {
        self.clock = clock
        var configuration = HTTPClient.Configuration()
        configuration.decompression = .enabled(limit: .size(Self.unpackedBytesMax))
        configuration.redirectConfiguration = .follow(max: Self.redirectsMax, allowCycles: false)
        // A refused connection is an answer: the target is down.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // For a start that failed half-way; a client that is shut down already stays so.
        client.shutdown { _ in }
    }

    package func shutDown() async throws { try await client.shutdown() }

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
            let response = try await client.execute(
                request(target), timeout: .milliseconds(target.timeout.milliseconds))
            guard response.status == .ok else {
                return .failure(.transport("server returned HTTP status \(response.status)"))
            }
            let body = try await response.body.collect(upTo: configuration.bodyBytesMax)
            return .success(
                ScrapeAnswer(
                    body: Array(body.readableBytesView), contentType: response.headers.first(name: "Content-Type")))
        } catch is NIOTooManyBytesError {
            return .failure(.bodyTooLarge)
        } catch {
            return .failure(.transport("\(error)"))
        }
    }

    private func request(_ target: ScrapeTarget) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: target.url)
        request.headers.add(name: "Accept", value: target.configuration.negotiation.accept)
        request.headers.add(name: "Accept-Encoding", value: "gzip")
        request.headers.add(name: "User-Agent", value: "Signalbox")
        request.headers.add(
            name: "X-Prometheus-Scrape-Timeout-Seconds",
            value: TextExpositionWriter.text(target.timeout.seconds))
        switch target.configuration.credential {
        case nil: break
        case .basic(let user, let password): request.setBasicAuth(username: user, password: password.revealed)
        case .header(let value): request.headers.add(name: "Authorization", value: value.revealed)
        }
        return request
    }
}
