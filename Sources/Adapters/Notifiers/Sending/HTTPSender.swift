internal import AsyncHTTPClient
package import Basics
package import Ingest
internal import NIOCore
internal import NIOHTTP1
internal import Response

/// Posts to receivers, one attempt a call. Shared by the channels that speak HTTP, and safe to call concurrently.
///
/// Redirects are not followed: what is sent, the URL first of all, is for the host that was configured.
package final class HTTPSender: Sendable {
    private enum Way {
        case plain(HTTPClient)
        /// As a receiver's `http_config` says.
        case configured(HTTPClients, HTTPClientSettings)
    }

    private let way: Way
    private let clock: any WallClock
    private let attemptTimeout: Duration

    private static let connectTimeout = TimeAmount.seconds(5)
    /// As many attempts as go to one receiver at once: none waits for another's connection while its own time passes.
    private static let connectionsPerHost = 64
    /// Leaves room to report within `NotifierLimits.attemptTimeout`.
    package static let attemptTimeout = NotifierLimits.attemptTimeout - .milliseconds(500)

    package init(clock: any WallClock, attemptTimeout: Duration = HTTPSender.attemptTimeout) {
        self.clock = clock
        self.attemptTimeout = attemptTimeout
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: Self.connectTimeout, read: .seconds(9)),
            decompression: .disabled)
        // A refused connection is reported at once; when to try again is the state machine's decision.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerHost
        way = .plain(HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration))
    }

    /// Sends by `clients`, who know certificates, proxies and tokens.
    package init(
        _ clients: HTTPClients, _ settings: HTTPClientSettings, clock: any WallClock,
        attemptTimeout: Duration = HTTPSender.attemptTimeout
    ) {
        self.clock = clock
        self.attemptTimeout = attemptTimeout
        var settings = settings
        settings.followsRedirects = false
        settings.compresses = false
        way = .configured(clients, settings)
    }

    deinit {
        // For those who never called `shutdown`; a client that is shut down already stays so.
        if case .plain(let client) = way { client.shutdown { _ in } }
    }

    package func shutdown() async throws {
        if case .plain(let client) = way { try await client.shutdown() }
    }

    /// `replyBytesMax` is how much of the answer's body is read.
    func post(
        to url: WebURL, headers: [(name: String, value: String)], body: [UInt8],
        replyBytesMax: Int = HTTPReply.bodyBytesMax, within timeout: Duration? = nil
    ) async -> HTTPOutcome {
        await send("POST", to: url, headers: headers, body: body, replyBytesMax: replyBytesMax, within: timeout)
    }

    func send(
        _ method: String, to url: WebURL, headers: [(name: String, value: String)], body: [UInt8],
        replyBytesMax: Int = HTTPReply.bodyBytesMax, within timeout: Duration? = nil
    ) async -> HTTPOutcome {
        var request = HTTPClientRequest(url: url.text)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        let timeout = timeout ?? attemptTimeout
        let deadline = clock.now() + timeout
        do {
            switch way {
            case .plain(let client):
                // This timer ends with the answer's head.
                let response = try await client.execute(
                    request, timeout: TimeAmount.milliseconds(timeout.milliseconds))
                return await outcome(response, url, replyBytesMax, before: deadline)
            case .configured(let clients, let settings):
                let outcome = try await within(timeout, clock) { [request] in
                    try await clients.send(request, settings, timeout: timeout) { response in
                        await self.outcome(response, url, replyBytesMax, before: deadline)
                    }
                }
                guard case .replied(var reply) = outcome else { return outcome }
                // A far end that repeats what it was sent tells it to nobody.
                reply.body = Redaction(await clients.secrets(of: settings)).clean(reply.body)
                return .replied(reply)
            }
        } catch let failure as HTTPClientFailure {
            return .failed(reason: "\(url.authority): \(failure.description)")
        } catch {
            return .failed(reason: SendingFailure.reason(error, authority: url.authority))
        }
    }

    private func outcome(
        _ response: HTTPClientResponse, _ url: WebURL, _ replyBytesMax: Int, before deadline: Timestamp
    ) async -> HTTPOutcome {
        guard let text = await beginning(of: response, bytesMax: replyBytesMax, before: deadline) else {
            return .failed(reason: "\(url.authority) did not answer in time")
        }
        let retryAfter = response.headers.first(name: "Retry-After")
        return .replied(
            HTTPReply(
                status: Int(response.status.code),
                retryAfterMilliseconds: retryAfter.flatMap { RetryAfter.milliseconds($0, now: clock.now()) },
                body: text))
    }

    /// Nil when it has not come by `deadline`: the client's own timers restart at each byte.
    private func beginning(
        of response: HTTPClientResponse, bytesMax: Int, before deadline: Timestamp
    ) async -> String? {
        // Fast path: most receivers say no more than that they have it.
        if response.status == .noContent || response.headers.first(name: "Content-Length") == "0" { return "" }
        let body = response.body
        return await withTaskGroup(of: String?.self) { group in
            group.addTask { await Self.beginning(of: body, bytesMax: bytesMax) }
            group.addTask { [clock] in
                try? await clock.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// An answer whose body breaks off is still an answer: the status decides.
    private static func beginning(of body: HTTPClientResponse.Body, bytesMax: Int) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await chunk in body {
                bytes.append(contentsOf: chunk.readableBytesView.prefix(bytesMax - bytes.count))
                if bytes.count >= bytesMax { break }
            }
        } catch {
            return String(decoding: bytes, as: UTF8.self)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
