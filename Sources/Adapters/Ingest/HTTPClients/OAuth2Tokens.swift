import AsyncHTTPClient
import Basics
import FoundationEssentials
import NIOCore
import NIOHTTP1
import SignalModel

/// Tokens of the client credentials grant, kept until shortly before they expire. One request for a token is under
/// way at a time, however many wait for it.
actor OAuth2Tokens {
    typealias Send =
        @Sendable (
            HTTPClientRequest, HTTPClientSettings, @Sendable (HTTPClientResponse) async throws -> Answer
        ) async throws -> Answer

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
    }

    private struct Key: Hashable {
        var grant: OAuth2Settings
        /// A rotated secret gets a token of its own.
        var secret: Secret
    }

    private struct Token {
        var header: Secret
        /// Nil for one that never expires.
        var expires: Timestamp?
    }

    private struct Reply: Decodable {
        var access_token: String?
        var token_type: String?
        var expires_in: Double?
        var error: String?
    }

    /// As in Go's library: a token is renewed so long before it expires.
    private static let expiryMargin = Duration.seconds(10)
    /// A larger answer is none of a token endpoint's.
    private static let answerBytesMax = 1 << 20
    /// A longer life is taken for this.
    private static let lifetimeMax: Double = 10 * 365 * 86_400
    /// Tokens that are kept; beyond it all are asked for anew.
    private static let tokensMax = 1000

    private var tokens: [Key: Token] = [:]
    private var waiting: [Key: [CheckedContinuation<Result<Secret, HTTPClientFailure>, Never>]] = [:]

    /// The value of the Authorization header.
    func header(
        _ grant: OAuth2Settings, _ secret: Secret, now: Timestamp, _ send: Send
    ) async throws -> Secret {
        let key = Key(grant: grant, secret: secret)
        if let token = tokens[key], token.expires.map({ now < $0 - Self.expiryMargin }) ?? true {
            return token.header
        }
        if waiting[key] != nil {
            return try await withCheckedContinuation { waiting[key]?.append($0) }.get()
        }
        waiting[key] = []
        let result: Result<Secret, HTTPClientFailure>
        do {
            let token = try await Self.request(grant, secret, now: now, send)
            if tokens.count >= Self.tokensMax { tokens = [:] }
            tokens[key] = token
            result = .success(token.header)
        } catch { result = .failure(HTTPClientFailure("oauth2: cannot fetch token: \(HTTPClientFailure(error))")) }
        for waiter in waiting.removeValue(forKey: key) ?? [] { waiter.resume(returning: result) }
        return try result.get()
    }

    /// Endpoints differ in where they want the client's name: first in the header, then in the form.
    private static func request(
        _ grant: OAuth2Settings, _ secret: Secret, now: Timestamp, _ send: Send
    ) async throws -> Token {
        var problem = HTTPClientFailure("no answer")
        for isInHeader in [true, false] {
            let answer = try await ask(grant, secret, isInHeader: isInHeader, send)
            let reply = try? JSONDecoder().decode(Reply.self, from: Data(answer.body))
            if (200..<300).contains(answer.status), let text = reply?.access_token, !text.isEmpty {
                let type = reply?.token_type.flatMap { $0.isEmpty ? nil : $0 } ?? "Bearer"
                let name = type.lowercased() == "bearer" ? "Bearer" : type
                let life = reply?.expires_in.flatMap { $0 > 0 ? min($0, lifetimeMax) : nil }
                return Token(
                    header: Secret("\(name) \(text)"), expires: life.map { now + .milliseconds(Int64($0 * 1000)) })
            }
            let reason = reply?.error.map { ": \(quoted(String($0.prefix(100))))" } ?? ""
            problem = HTTPClientFailure("\(grant.tokenURL) answered with status \(answer.status)\(reason)")
        }
        throw problem
    }

    private static func ask(
        _ grant: OAuth2Settings, _ secret: Secret, isInHeader: Bool, _ send: Send
    ) async throws -> Answer {
        var form = [("grant_type", "client_credentials")]
        if !grant.scopes.isEmpty { form.append(("scope", grant.scopes.joined(separator: " "))) }
        form += grant.endpointParameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var settings = HTTPClientSettings()
        settings.tls = grant.tls
        settings.proxy = grant.proxy
        settings.headers = grant.headers
        settings.followsRedirects = false
        if isInHeader {
            // RFC 6749, 2.3.1: both are escaped as in a form first.
            settings.authentication = .basic(
                username: .text(Secret(FormText.escaped(grant.clientID))),
                password: .text(Secret(FormText.escaped(secret.revealed))))
        } else {
            form.append(("client_id", grant.clientID))
            if !secret.isEmpty { form.append(("client_secret", secret.revealed)) }
        }
        var request = HTTPClientRequest(url: grant.tokenURL)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "User-Agent", value: "Signalbox")
        let body = form.map { FormText.escaped($0) + "=" + FormText.escaped($1) }.joined(separator: "&")
        request.body = .bytes(ByteBuffer(string: body))
        return try await send(request, settings) { response in
            let body = try await response.body.collect(upTo: answerBytesMax)
            return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
        }
    }
}
