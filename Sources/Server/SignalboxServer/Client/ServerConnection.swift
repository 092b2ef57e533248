import AsyncHTTPClient
import Basics
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// A client command's way to a running server.
package struct ServerConnection: Sendable {
    private let url: String
    private let token: String?

    /// An answer larger than this ends with an error instead of filling memory.
    private static let answerBytesMax = 256 << 20
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: clientConfiguration)
    static let timeout = TimeAmount.seconds(130)

    /// Whoever waits at a terminal is told at once when nobody listens there.
    private static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(_ description: String) { self.description = description }
    }

    package init(url: String, token: String?) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.token = token
    }

    /// Instant at `end` (now when nil), or a range from `start` to `end`.
    package func query(_ query: String, start: String?, end: String?, step: String) async throws -> QueryAnswer {
        var form = [("query", query)]
        if let start {
            form += [("start", start), ("end", end ?? String(SystemClock().now().seconds)), ("step", step)]
        } else if let end {
            form.append(("time", end))
        }
        let body = try await post("/api/v1/query" + (start == nil ? "" : "_range"), form: form)
        let envelope = try JSONDecoder().decode(QueryAnswer.Envelope.self, from: Data(body.readableBytesView))
        guard let data = envelope.data else { throw Failure(envelope.error ?? "the answer has no data") }
        return data
    }

    private func post(_ path: String, form: [(String, String)]) async throws -> ByteBuffer {
        let body = form.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
        return try await execute(
            .POST, path, body: ByteBuffer(string: body), type: "application/x-www-form-urlencoded"
        ).body
    }

    /// Throws the server's own words when it refuses.
    func send(
        _ method: HTTPMethod, _ path: String, json: ByteBuffer? = nil, within timeout: TimeAmount = Self.timeout
    ) async throws -> ByteBuffer {
        struct Refusal: Decodable { var error: String }
        let (status, body) = try await execute(method, path, body: json, type: "application/json", within: timeout)
        guard (200..<300).contains(status.code) else {
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView))
            throw Failure(refusal?.error ?? "\(url)\(path) answered \(status)")
        }
        return body
    }

    private func execute(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer?, type: String,
        within timeout: TimeAmount = Self.timeout
    ) async throws -> (status: HTTPResponseStatus, body: ByteBuffer) {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "User-Agent", value: "signalbox/\(SignalboxVersion.current)")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(body)
        }
        let response: HTTPClientResponse
        do { response = try await Self.client.execute(request, timeout: timeout) } catch {
            throw Failure("\(url) \(Self.reason(error))")
        }
        let answer = try await response.body.collect(upTo: Self.answerBytesMax)
        if response.status == .unauthorized {
            throw Failure("\(url) refuses the credential: give --token or set SIGNALBOX_TOKEN")
        }
        return (response.status, answer)
    }

    /// What to tell of a request that had no answer, in words that say what to look at.
    private static func reason(_ error: any Error) -> String {
        let unreadable: [HTTPClientError] = [.emptyScheme, .emptyHost, .invalidURL]
        if let error = error as? HTTPClientError, unreadable.contains(error) {
            return "is no address such as http://127.0.0.1:7070"
        }
        let failure = error as? NIOConnectionError
        if let failure, failure.dnsAError != nil { return "does not answer: there is no host \(failure.host)" }
        let errors = [error as? IOError] + (failure?.connectionErrors ?? []).map { $0.error as? IOError }
        let codes = Set(errors.compactMap(\.?.errnoCode))
        guard !codes.isEmpty else { return "does not answer: \(error)" }
        let words = codes.sorted().map { String(cString: strerror($0)) }.joined(separator: ", ")
        return "does not answer: \(words); is the server running?"
    }

    static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }
}
