import Basics
import Synchronization

/// Keeps up with the objects at one place of the API: lists them, watches from the list's version on, goes on from
/// the newest version when a watch ends, and lists anew when the API has forgotten that version.
struct KubernetesWatcher: Sendable {
    enum Change: Sendable {
        /// The whole list.
        case listed([KubernetesObject])
        case set(KubernetesObject)
        case removed(KubernetesObject)
        /// The API answers, though nothing may have changed.
        case working
        case failed(String)
    }

    /// Further objects fail the list.
    static let objectsMax = 200_000
    /// Between attempts: doubles with each that fails, and is stretched by chance to at most twice itself.
    private static let pauseMin = Duration.milliseconds(800)
    private static let pauseMax = Duration.seconds(30)
    /// A watch that ends sooner is not asked for again at once.
    private static let watchMin = Duration.seconds(1)

    let connection: KubernetesConnection
    let resource: KubernetesResource
    let namespace: String?
    let selector: KubernetesDiscoveryConfiguration.Selector?

    var place: String { connection.place(path) }
    private var path: String { resource.path(namespace: namespace) }

    /// Until its task is cancelled.
    func run(_ send: @escaping @Sendable (Change) -> Void) async {
        let clock = connection.clock
        var version = ""
        var failures = 0
        while !Task.isCancelled {
            do {
                if version.isEmpty {
                    let (objects, newest) = try await list()
                    send(.listed(objects))
                    version = newest
                }
                let began = clock.now()
                let (newest, error) = await watch(from: version, send)
                version = newest
                let early = Self.watchMin - (clock.now() - began)
                // Only a watch that lasts is a success: a version that is refused at once would be listed for ever.
                if early <= .zero { failures = 0 }
                if let error { throw error }
                if early > .zero { try await clock.sleep(until: clock.now() + early) }
            } catch {
                if Task.isCancelled { return }
                let isExpired = (error as? KubernetesConnection.Refusal)?.isExpired == true
                if isExpired { version = "" }
                failures += 1
                // Once it is what the API does in the ordinary way.
                if isExpired, failures == 1 { continue }
                send(.failed("\(place): \(HTTPClientFailure(error))"))
                guard (try? await clock.sleep(until: clock.now() + pause(failures))) != nil else { return }
            }
        }
    }

    private func list() async throws -> (objects: [KubernetesObject], version: String) {
        var objects: [KubernetesObject] = []
        var token = ""
        while true {
            let page = try await connection.list(resource, path, selector, after: token)
            objects += page.objects
            if objects.count > Self.objectsMax {
                throw KubernetesConnection.Refusal(code: 0, description: "more than \(Self.objectsMax) objects")
            }
            token = page.next
            if !token.isEmpty { continue }
            guard !page.version.isEmpty else {
                throw KubernetesConnection.Refusal(code: 0, description: "the list has no version")
            }
            return (objects, page.version)
        }
    }

    /// The newest version that was told, and why the watch ended if it should not have.
    private func watch(
        from version: String, _ send: @escaping @Sendable (Change) -> Void
    ) async -> (version: String, error: (any Error)?) {
        let newest = Newest(version)
        do {
            let start: @Sendable () -> Void = { send(.working) }
            try await connection.watch(resource, path, selector, from: version, onStart: start) { event in
                switch event {
                case .set(let object):
                    send(.set(object))
                    newest.note(object.metadata.resourceVersion)
                case .removed(let object):
                    send(.removed(object))
                    newest.note(object.metadata.resourceVersion)
                case .bookmark(let version): newest.note(version)
                case .error(let code, let message):
                    throw KubernetesConnection.Refusal(code: code, description: String(message.prefix(200)))
                }
            }
            return (newest.version, nil)
        } catch { return (newest.version, error) }
    }

    private final class Newest: Sendable {
        private let state: Mutex<String>

        init(_ version: String) { state = Mutex(version) }

        var version: String { state.withLock { $0 } }

        func note(_ version: String) { if !version.isEmpty { state.withLock { $0 = version } } }
    }

    private func pause(_ failures: Int) -> Duration {
        let pause = min(Self.pauseMin * (1 << min(failures - 1, 10)), Self.pauseMax)
        return pause + .milliseconds(Int64(connection.randomness.next() % UInt64(max(1, pause.milliseconds))))
    }
}
