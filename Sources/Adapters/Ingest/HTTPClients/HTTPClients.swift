package import AsyncHTTPClient
package import Basics
import NIOCore
package import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests as `HTTPClientSettings` say. Secrets and certificates in files are read for each request, so that
/// rotated ones take effect at the next; connections that were opened with old certificates fall out of use.
package final class HTTPClients: Sendable {
    /// What a connection pool cannot have of a single request.
    private struct Key: Hashable {
        var proxy: ProxyServer?
        var usesHTTP2: Bool
        /// The name that TLS is to ask for, and the host that is connected to instead.
        var serverName: String?
        var host: String?
    }

    private struct Pool {
        var client: HTTPClient
        var users = 0
        var lastUsed: Timestamp
    }

    private struct State {
        var pools: [Key: Pool] = [:]
        var isShutDown = false
    }

    /// A small answer that unpacks to more than this is an attack or a mistake, whatever its reader allows.
    private static let unpackedBytesMax = 512 << 20
    /// Further redirects fail, as in Go.
    private static let redirectsMax = 10
    /// Connections to one server, over which requests wait: watches keep theirs for minutes, so this is far above what
    /// one server is asked at once. HTTP/2 needs one connection only.
    private static let connectionsMax = 4096
    /// Pools that nobody used for so long are closed when another one is opened.
    private static let idleMax = Duration.seconds(900)

    private let files: ClientFiles
    private let environment: @Sendable (String) -> String?
    private let clock: any WallClock
    private let material: TLSMaterial
    private let tokens = OAuth2Tokens()
    private let state = Mutex(State())

    package init(
        disk: any FileSystem, environment: @escaping @Sendable (String) -> String?, clock: any WallClock
    ) {
        files = ClientFiles(disk: disk)
        self.environment = environment
        self.clock = clock
        material = TLSMaterial(files: files)
    }

    deinit {
        // For a start that failed half-way; a client that is shut down already stays so.
        state.withLock { for pool in $0.pools.values { pool.client.shutdown { _ in } } }
    }

    package func shutDown() async {
        let pools = state.withLock { state in
            state.isShutDown = true
            defer { state.pools = [:] }
            return Array(state.pools.values)
        }
        for pool in pools { try? await pool.client.shutdown() }
    }

    /// Asks for `url` and hands the answer, of any status, to `read` before anything of its body is read. Redirects
    /// are followed; one that leads to another host takes no credentials along. `timeout` is that of each step, and
    /// begins anew with each byte of the body.
    package func get<Value: Sendable>(
        _ url: String, headers: HTTPHeaders, _ settings: HTTPClientSettings, timeout: Duration,
        _ read: @Sendable (HTTPClientResponse) async throws -> Value
    ) async throws -> Value {
        var request = HTTPClientRequest(url: url)
        request.headers = headers
        return try await send(request, settings, timeout: timeout, read)
    }

    /// The same for a request of any kind; one that is redirected is sent again as it is.
    package func send<Value: Sendable>(
        _ request: HTTPClientRequest, _ settings: HTTPClientSettings, timeout: Duration,
        _ read: @Sendable (HTTPClientResponse) async throws -> Value
    ) async throws -> Value {
        var settings = settings
        var place = try RequestPlace(request.url)
        var visited = 0
        while true {
            let step =
                try await step(request, to: place, settings, timeout: timeout) { response in
                    if settings.followsRedirects, let next = try place.redirected(by: response) { return (next, nil) }
                    return (nil, try await read(response))
                } as (RequestPlace?, Value?)
            if let value = step.1 { return value }
            guard let next = step.0 else { throw HTTPClientFailure("no answer") }
            visited += 1
            if visited > Self.redirectsMax { throw HTTPClientFailure("stopped after \(Self.redirectsMax) redirects") }
            if !place.mayShareCredentials(with: next) { settings = settings.withoutCredentials }
            place = next
        }
    }

    /// What a far end may say that repeats what it was sent; what cannot be read now is left out.
    package func secrets(of settings: HTTPClientSettings) async -> [Secret] {
        var sources = settings.headers.values.flatMap { $0 }
        switch settings.authentication {
        case .none: break
        case .basic(let username, let password):
            sources += [password].compactMap { $0 }
            if let whole = try? await authorization(.basic(username: username, password: password)) {
                sources.append(.text(Secret(String(whole.revealed.dropFirst("Basic ".count)))))
            }
        case .header(_, let credentials): sources.append(credentials)
        case .oauth2(let grant): sources += [grant.clientSecret].compactMap { $0 }
        }
        let found = try? await NIOThreadPool.singleton.runIfActive { [files, sources] in
            sources.compactMap { try? files.secret($0, "secret") }
        }
        return found ?? []
    }

    private func authorization(_ authentication: HTTPClientSettings.Authentication) async throws -> Secret? {
        var settings = HTTPClientSettings()
        settings.authentication = authentication
        return try await authorization(settings, timeout: .zero)
    }

    /// One request and its answer.
    private func step<Value: Sendable>(
        _ original: HTTPClientRequest, to place: RequestPlace, _ settings: HTTPClientSettings, timeout: Duration,
        _ read: (HTTPClientResponse) async throws -> Value
    ) async throws -> Value {
        var request = original
        request.url = place.text
        let authorization = try await authorization(settings, timeout: timeout)
        let prepared = try await NIOThreadPool.singleton.runIfActive { [files, material] in
            var headers: [(String, String)] = []
            for (name, sources) in settings.headers.sorted(by: { $0.key < $1.key }) {
                for source in sources {
                    headers.append((name, try files.secret(source, "header \(name) from").revealed))
                }
            }
            return (headers: headers, tls: place.isSecure ? try material.configuration(settings.tls) : nil)
        }
        for (name, value) in prepared.headers { request.headers.add(name: name, value: value) }
        if let authorization { request.headers.add(name: "Authorization", value: authorization.revealed) }
        if !request.headers.contains(name: "Accept-Encoding") {
            request.headers.add(name: "Accept-Encoding", value: settings.compresses ? "gzip" : "identity")
        }
        request.tlsConfiguration = prepared.tls
        var key = Key(proxy: try proxy(settings.proxy, for: place), usesHTTP2: settings.usesHTTP2)
        if place.isSecure, !settings.tls.serverName.isEmpty, settings.tls.serverName != place.host {
            key.serverName = settings.tls.serverName
            key.host = place.host
            request.headers.replaceOrAdd(name: "Host", value: place.authority)
            request.url = place.text(host: settings.tls.serverName)
        }
        let client = try take(key)
        defer { giveBack(key) }
        let response = try await client.execute(request, timeout: .milliseconds(timeout.milliseconds))
        return try await read(response)
    }

    private func authorization(_ settings: HTTPClientSettings, timeout: Duration) async throws -> Secret? {
        switch settings.authentication {
        case .none: return nil
        case .basic(let username, let password):
            return try await NIOThreadPool.singleton.runIfActive { [files] in
                let name = try files.secret(username, "basic auth username file").revealed
                let word = try files.secret(password, "basic auth password file").revealed
                return Secret("Basic " + Base64Text.encode("\(name):\(word)"))
            }
        case .header(let type, let credentials):
            return try await NIOThreadPool.singleton.runIfActive { [files] in
                Secret("\(type) \(try files.secret(credentials, "authorization credentials file").revealed)")
            }
        case .oauth2(let grant):
            let secret = try await NIOThreadPool.singleton.runIfActive { [files] in
                try files.secret(grant.clientSecret, "oauth2 client secret file")
            }
            return try await tokens.header(grant, secret, now: clock.now()) { request, settings, read in
                try await self.send(request, settings, timeout: timeout, read)
            }
        }
    }

    private func proxy(_ settings: ProxySettings, for place: RequestPlace) throws -> ProxyServer? {
        switch settings {
        case .none: return nil
        case .server(let server, let exceptions):
            return exceptions?.contains(host: place.host, port: place.port) == true ? nil : server
        case .environment(let headers):
            let name = place.isSecure ? "HTTPS_PROXY" : "HTTP_PROXY"
            func variable(_ name: String) -> String? { environment(name) ?? environment(name.lowercased()) }
            guard let text = variable(name), !text.isEmpty else { return nil }
            if NoProxyList(variable("NO_PROXY") ?? "").contains(host: place.host, port: place.port) { return nil }
            do {
                var server = try ProxyServer(text)
                server.connectHeaders = headers
                return server
            } catch {
                throw HTTPClientFailure("the environment variable \(name): \(error.description)")
            }
        }
    }

    private func take(_ key: Key) throws -> HTTPClient {
        let now = clock.now()
        return try state.withLock { state in
            if state.isShutDown { throw HTTPClientFailure("shutting down") }
            if state.pools[key] == nil {
                for (other, pool) in state.pools where pool.users == 0 && now - pool.lastUsed > Self.idleMax {
                    pool.client.shutdown { _ in }
                    state.pools[other] = nil
                }
            }
            var pool = state.pools[key] ?? Pool(client: Self.client(key), lastUsed: now)
            pool.users += 1
            pool.lastUsed = now
            state.pools[key] = pool
            return pool.client
        }
    }

    private func giveBack(_ key: Key) {
        let now = clock.now()
        state.withLock { state in
            state.pools[key]?.users -= 1
            state.pools[key]?.lastUsed = now
        }
    }

    private static func client(_ key: Key) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.decompression = .enabled(limit: .size(unpackedBytesMax))
        // Our own loop knows what must not go along.
        configuration.redirectConfiguration = .disallow
        // A refused connection is an answer: the target is down.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        configuration.httpVersion = key.usesHTTP2 ? .automatic : .http1Only
        if let name = key.serverName, let host = key.host { configuration.dnsOverride = [name: host] }
        if let proxy = key.proxy {
            switch proxy.kind {
            case .socks5: configuration.proxy = .socksServer(host: proxy.host, port: proxy.port)
            case .http:
                var server = HTTPClient.Configuration.Proxy.server(host: proxy.host, port: proxy.port)
                if let credentials = proxy.credentials {
                    server.authorization = .basic(credentials: Base64Text.encode(credentials.revealed))
                }
                for (name, values) in proxy.connectHeaders {
                    for value in values { server.connectHeaders.add(name: name, value: value.revealed) }
                }
                configuration.proxy = server
            }
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
