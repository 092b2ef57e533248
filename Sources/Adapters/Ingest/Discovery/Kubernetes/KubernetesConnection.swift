import AsyncHTTPClient
import Basics
import NIOCore
import NIOHTTP1
import SignalModel

/// The API of one cluster: lists, and watches that tell what changes after a list.
struct KubernetesConnection: Sendable {
    /// Why there is no answer; `code` is the API's, 410 when it no longer knows what we ask to go on from.
    struct Refusal: Error, CustomStringConvertible {
        var code: Int
        var description: String

        var isExpired: Bool { code == 410 }
    }

    /// Where a pod finds its account.
    static let accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"
    /// Objects of one answer; the rest is asked for with the token of the page.
    private static let pageObjects = 500
    /// A larger page fails the list.
    private static let pageBytesMax = 64 << 20
    /// A larger event fails the watch; the API refuses objects of a tenth of it.
    private static let eventBytesMax = 16 << 20
    private static let listTimeout = Duration.seconds(60)
    /// The API ends a watch after so long, and twice as long at most; we do when it has not by then.
    private static let watchSeconds = 300

    let clients: HTTPClients
    let clock: any WallClock
    let randomness: any Randomness
    private let base: String
    private let settings: HTTPClientSettings

    init(
        _ configuration: KubernetesDiscoveryConfiguration, clients: HTTPClients, clock: any WallClock,
        randomness: any Randomness, environment: (String) -> String?
    ) throws(Refusal) {
        self.clients = clients
        self.clock = clock
        self.randomness = randomness
        var settings = configuration.http
        if let server = configuration.apiServer {
            base = server.hasSuffix("/") ? String(server.dropLast()) : server
        } else {
            guard let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
                let port = environment("KUBERNETES_SERVICE_PORT").flatMap({ Int($0) })
            else {
                throw Refusal(
                    code: 0,
                    description: "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and "
                        + "KUBERNETES_SERVICE_PORT must be defined; outside a cluster api_server is needed")
            }
            base = "https://" + KubernetesLabels.address(host, port)
            settings.authentication = .header(type: "Bearer", credentials: .file(Self.accountFolder + "/token"))
            settings.tls.authorities = .file(Self.accountFolder + "/ca.crt")
        }
        // As Prometheus does: a watch needs a connection of its own anyway.
        settings.usesHTTP2 = false
        self.settings = settings
    }

    func place(_ path: String) -> String { base + path }

    func list(
        _ resource: KubernetesResource, _ path: String, _ selector: KubernetesDiscoveryConfiguration.Selector?,
        after token: String
    ) async throws -> KubernetesPage {
        var query = [("limit", String(Self.pageObjects))]
        if !token.isEmpty { query.append(("continue", token)) }
        let url = url(path, query, selector)
        let bytes = try await within(Self.listTimeout, clock) {
            try await clients.get(url, headers: Self.headers, settings, timeout: Self.listTimeout) { response in
                try Self.check(response)
                do { return try await response.body.collect(upTo: Self.pageBytesMax) } catch is NIOTooManyBytesError {
                    throw Refusal(code: 0, description: "a page is larger than \(Self.pageBytesMax) bytes")
                }
            }
        }
        return try decoding { try resource.decodePage(bytes.readableBytesView) }
    }

    /// Calls `onStart` when the API has agreed, and `onEvent` with each event. Returns when the API ends the watch.
    func watch(
        _ resource: KubernetesResource, _ path: String, _ selector: KubernetesDiscoveryConfiguration.Selector?,
        from version: String, onStart: @escaping @Sendable () -> Void,
        onEvent: @escaping @Sendable (KubernetesEvent) throws -> Void
    ) async throws {
        let seconds = Self.watchSeconds + Int(randomness.next() % UInt64(Self.watchSeconds))
        let query = [
            ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
            ("timeoutSeconds", String(seconds)),
        ]
        let url = url(path, query, selector)
        try await within(.seconds(Self.watchSeconds * 2 + 60), clock) {
            try await clients.get(url, headers: Self.headers, settings, timeout: Self.listTimeout) { response in
                try Self.check(response)
                onStart()
                var line: [UInt8] = []
                for try await part in response.body {
                    var rest = part.readableBytesView[...]
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        line += rest[..<end]
                        rest = rest[rest.index(after: end)...]
                        if !line.allSatisfy({ $0 == 0x20 || $0 == 0x0d }) {
                            try onEvent(decoding { try resource.decodeEvent(line) })
                        }
                        line.removeAll(keepingCapacity: true)
                    }
                    line += rest
                    if line.count > Self.eventBytesMax {
                        throw Refusal(code: 0, description: "an event is larger than \(Self.eventBytesMax) bytes")
                    }
                }
            }
        }
    }

    private static let headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "Signalbox"]

    private static func check(_ response: HTTPClientResponse) throws(Refusal) {
        guard response.status == .ok else {
            throw Refusal(
                code: Int(response.status.code), description: "server returned HTTP status \(response.status)")
        }
    }

    /// What a decoder says names whole objects; the place in one is enough.
    private func decoding<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch {
            throw Refusal(
                code: 0, description: "unexpected answer: \(TargetGroupFile.text(error, whole: "the whole"))")
        }
    }

    private func url(
        _ path: String, _ query: [(String, String)], _ selector: KubernetesDiscoveryConfiguration.Selector?
    ) -> String {
        var query = query
        if let selector, !selector.label.isEmpty { query.append(("labelSelector", selector.label)) }
        if let selector, !selector.field.isEmpty { query.append(("fieldSelector", selector.field)) }
        return base + path + "?" + query.map { $0 + "=" + FormText.escaped($1) }.joined(separator: "&")
    }
}
