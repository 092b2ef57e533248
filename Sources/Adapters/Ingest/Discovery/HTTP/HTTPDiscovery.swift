import AsyncHTTPClient
package import Basics
import NIOCore
import NIOHTTP1
import SignalModel
import WireFormats

/// Targets that a server lists in Prometheus' JSON form, asked for on a schedule. While it fails its last list stays.
package struct HTTPDiscovery: TargetDiscovery {
    /// A larger list counts as a failure.
    private static let answerBytesMax = 64 << 20
    /// Prometheus' label for where a target was found.
    private static let urlLabel = "__meta_url"

    private let configuration: HTTPDiscoveryConfiguration
    private let clients: HTTPClients
    private let clock: any WallClock

    package init(_ configuration: HTTPDiscoveryConfiguration, clients: HTTPClients, clock: any WallClock) {
        self.configuration = configuration
        self.clients = clients
        self.clock = clock
    }

    package func run(_ send: @escaping @Sendable (DiscoveryUpdate) -> Void) async {
        while true {
            let url = configuration.url
            do { send(.all(try await look())) } catch {
                if Task.isCancelled { return }
                send(.failed("\(url): \(HTTPClientFailure(error))", place: url))
            }
            let next = clock.now() + configuration.refreshInterval
            guard (try? await clock.sleep(until: next)) != nil else { return }
        }
    }

    private func look() async throws -> [TargetGroup] {
        let bytes = try await within(configuration.refreshInterval, clock) { try await ask() }
        let groups: [TargetGroup]
        do { groups = try TargetGroupFile.decodeJSON(bytes, source: configuration.url) } catch {
            throw HTTPClientFailure("\(error)")
        }
        return groups.map { group in
            var group = group
            group.labels = group.labels.setting(Self.urlLabel, to: configuration.url)
            return group
        }
    }

    private func ask() async throws -> [UInt8] {
        let interval = configuration.refreshInterval
        return try await clients.get(
            configuration.url,
            headers: [
                "Accept": "application/json", "User-Agent": "Signalbox",
                "X-Prometheus-Refresh-Interval-Seconds": TextExpositionWriter.text(interval.seconds),
            ], configuration.http, timeout: interval
        ) { response in
            guard response.status == .ok else {
                throw HTTPClientFailure("server returned HTTP status \(response.status)")
            }
            let type = response.headers.first(name: "Content-Type") ?? ""
            guard Self.isJSON(type) else { throw HTTPClientFailure("unsupported content type \(quoted(type))") }
            do {
                return Array(try await response.body.collect(upTo: Self.answerBytesMax).readableBytesView)
            } catch is NIOTooManyBytesError {
                throw HTTPClientFailure("the answer is larger than \(Self.answerBytesMax) bytes")
            }
        }
    }

    private static func isJSON(_ type: String) -> Bool {
        let words = type.lowercased().filter { !$0.isWhitespace }.split(
            separator: ";", omittingEmptySubsequences: false)
        guard words.first == "application/json" else { return false }
        return words.count == 1 || words.count == 2 && ["charset=utf-8", "charset=\"utf-8\""].contains(words[1])
    }
}
