import AsyncHTTPClient
package import Basics
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Asks targets over HTTP.
package struct TargetFetcher: Sendable {
    private let client: HTTPClient

    package init() {
        var configuration = HTTPClient.Configuration()
        // A small answer that unpacks to more than this is an attack or a mistake.
        configuration.decompression = .enabled(limit: .size(256 << 20))
        configuration.redirectConfiguration = .follow(max: 5, allowCycles: false)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func shutDown() async throws { try await client.shutdown() }

    package func fetch(_ target: ScrapeTarget) async -> Result<[UInt8], ScrapeSeries.Failure> {
        let configuration = target.configuration
        var request = HTTPClientRequest(url: target.url)
        request.headers.add(name: "Accept", value: "text/plain;version=0.0.4;q=1,*/*;q=0.1")
        request.headers.add(name: "Accept-Encoding", value: "gzip")
        request.headers.add(name: "User-Agent", value: "Signalbox")
        request.headers.add(
            name: "X-Prometheus-Scrape-Timeout-Seconds", value: String(configuration.timeout.seconds))
        switch configuration.credential {
        case nil: break
        case .basic(let user, let password): request.setBasicAuth(username: user, password: password.revealed)
        case .header(let value): request.headers.add(name: "Authorization", value: value.revealed)
        }
        do {
            let response = try await client.execute(
                request, timeout: .milliseconds(configuration.timeout.milliseconds))
            guard response.status == .ok else {
                return .failure(.transport("server returned HTTP status \(response.status)"))
            }
            let body = try await response.body.collect(upTo: configuration.bodyBytesMax)
            return .success(Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .failure(.transport("the answer is larger than \(configuration.bodyBytesMax) bytes"))
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            return .failure(.transport("context deadline exceeded: no whole answer within \(configuration.timeout)"))
        } catch {
            return .failure(.transport("\(error)"))
        }
    }
}
