internal import AsyncHTTPClient
package import Basics
internal import NIOCore
internal import NIOHTTP1
internal import Response

/// Posts to receivers, one attempt a call. Shared by the channels that speak HTTP, and safe to call concurrently.
///
/// Redirects are not followed: what is sent, the URL first of all, is for the host that was configured.
package final class HTTPSender: Sendable {
    private let client: HTTPClient
    private let clock: any WallClock

    private static let connectTimeout = TimeAmount.seconds(5)
    /// Leaves room to report within `NotifierLimits.attemptTimeout`.
    static let attemptTimeout = NotifierLimits.attemptTimeout - .milliseconds(500)

    package init(clock: any WallClock) {
        self.clock = clock
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: Self.connectTimeout, read: .seconds(9)),
            decompression: .disabled)
        // A refused connection is reported at once; when to try again is the state machine's decision.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // For those who never called `shutdown`; a client that is shut down already stays so.
        client.shutdown { _ in }
    }

    package func shutdown() async throws { try await client.shutdown() }

    /// `replyBytesMax` is how much of the answer's body is read.
    func post(
        to url: WebURL, headers: [(name: String, value: String)], body: [UInt8],
        replyBytesMax: Int = HTTPReply.bodyBytesMax, within timeout: Duration = HTTPSender.attemptTimeout
    ) async -> HTTPOutcome {
        await send("POST", to: url, headers: headers, body: body, replyBytesMax: replyBytesMax, within: timeout)
    }

    func send(
        _ method: String, to url: WebURL, headers: [(name: String, value: String)], body: [UInt8],
        replyBytesMax: Int = HTTPReply.bodyBytesMax, within timeout: Duration = HTTPSender.attemptTimeout
    ) async -> HTTPOutcome {
        var request = HTTPClientRequest(url: url.text)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        let deadline = clock.now() + timeout
        return await withTaskGroup(of: HTTPOutcome?.self) { [request] group in
            group.addTask {
                await self.attempt(request, authority: url.authority, replyBytesMax: replyBytesMax)
            }
            group.addTask {
                // The client's own timers restart at each byte; this one bounds the whole attempt.
                guard (try? await self.clock.sleep(until: deadline)) != nil else { return nil }
                return .failed(reason: "\(url.authority) did not answer in time")
            }
            var outcome: HTTPOutcome?
            while outcome == nil, let next = await group.next() { outcome = next }
            group.cancelAll()
            return outcome ?? .failed(reason: "the attempt was given up")
        }
    }

    private func attempt(
        _ request: HTTPClientRequest, authority: String, replyBytesMax: Int
    ) async -> HTTPOutcome {
        do {
            let timeout = TimeAmount.milliseconds(Self.attemptTimeout.milliseconds)
            let response = try await client.execute(request, timeout: timeout)
            let retryAfter = response.headers.first(name: "Retry-After")
            return .replied(
                HTTPReply(
                    status: Int(response.status.code),
                    retryAfterMilliseconds: retryAfter.flatMap { RetryAfter.milliseconds($0, now: clock.now()) },
                    body: await Self.beginning(of: response.body, bytesMax: replyBytesMax)))
        } catch {
            return .failed(reason: SendingFailure.reason(error, authority: authority))
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
