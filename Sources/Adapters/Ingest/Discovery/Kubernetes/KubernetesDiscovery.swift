package import Basics
import SignalModel
import Synchronization

/// Targets in a Kubernetes cluster, listed once and watched from then on. Nothing is sent before all that targets are
/// made of is known; afterwards what fails keeps what was known.
package final class KubernetesDiscovery: TargetDiscovery {
    private struct State {
        var store: KubernetesStore
        /// Watchers by number: those that have not listed yet, and why others do not get on.
        var missing: Set<Int>
        var failing: [Int: (reason: String, place: String)] = [:]
        /// Failures since the last handover.
        var hasNewFailure = false
        var hasRecovered = false
        var hasSentAll = false
    }

    /// Between two handovers of changes, as a rollout makes many.
    private static let handoverInterval = Duration.seconds(1)
    private static let namespaceBytesMax = 4096
    /// Between attempts to find out where the API is.
    private static let startInterval = Duration.seconds(30)

    private let configuration: KubernetesDiscoveryConfiguration
    private let clients: HTTPClients
    private let disk: any FileSystem
    private let environment: @Sendable (String) -> String?
    private let clock: any WallClock
    private let randomness: any Randomness
    private let state: Mutex<State>
    private let changes: AsyncStream<Void>
    private let changesIn: AsyncStream<Void>.Continuation

    package init(
        _ configuration: KubernetesDiscoveryConfiguration, clients: HTTPClients, disk: any FileSystem,
        environment: @escaping @Sendable (String) -> String?, clock: any WallClock, randomness: any Randomness
    ) {
        self.configuration = configuration
        self.clients = clients
        self.disk = disk
        self.environment = environment
        self.clock = clock
        self.randomness = randomness
        state = Mutex(State(store: KubernetesStore(configuration), missing: []))
        (changes, changesIn) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func run(_ send: @escaping @Sendable (DiscoveryUpdate) -> Void) async {
        while true {
            do {
                let watchers = try makeWatchers()
                state.withLock { $0.missing = Set(watchers.indices) }
                return await run(watchers, send)
            } catch {
                send(.failed("\(error)"))
                guard (try? await clock.sleep(until: clock.now() + Self.startInterval)) != nil else { return }
            }
        }
    }

    private func makeWatchers() throws -> [KubernetesWatcher] {
        let connection = try KubernetesConnection(
            configuration, clients: clients, clock: clock, randomness: randomness, environment: environment)
        var namespaces = configuration.namespaces
        if configuration.ownNamespace {
            let own = try ownNamespace()
            if !namespaces.contains(own) { namespaces.append(own) }
        }
        return configuration.resources.flatMap { resource in
            resource.places(namespaces).map { namespace in
                KubernetesWatcher(
                    connection: connection, resource: resource, namespace: namespace,
                    selector: resource.role.flatMap { configuration.selectors[$0] })
            }
        }
    }

    private func ownNamespace() throws -> String {
        let path = KubernetesConnection.accountFolder + "/namespace"
        let bytes: [UInt8]
        do { bytes = try disk.read(path, bytesMax: Self.namespaceBytesMax) } catch {
            throw HTTPClientFailure("could not determine the pod's namespace: \(path): \(error.message)")
        }
        let name = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
        if name.isEmpty { throw HTTPClientFailure("could not read own namespace name (empty file \(path))") }
        return name
    }

    private func run(
        _ watchers: [KubernetesWatcher], _ send: @escaping @Sendable (DiscoveryUpdate) -> Void
    ) async {
        await withDiscardingTaskGroup { tasks in
            for (number, watcher) in watchers.enumerated() {
                tasks.addTask { await watcher.run { self.take($0, from: watcher, number) } }
            }
            for await _ in changes {
                handOver(send)
                guard (try? await clock.sleep(until: clock.now() + Self.handoverInterval)) != nil else { break }
            }
            tasks.cancelAll()
        }
    }

    private func take(_ change: KubernetesWatcher.Change, from watcher: KubernetesWatcher, _ number: Int) {
        state.withLock { state in
            if case .failed(let reason) = change {
                state.failing[number] = (reason, watcher.place)
                state.hasNewFailure = true
            } else if state.failing.removeValue(forKey: number) != nil {
                state.hasRecovered = true
            }
            switch change {
            case .listed(let objects):
                state.store.replace(objects, of: watcher.resource, in: watcher.namespace)
                state.missing.remove(number)
            case .set(let object): state.store.set(object, of: watcher.resource)
            case .removed(let object): state.store.remove(object.metadata.key, of: watcher.resource)
            case .working, .failed: break
            }
        }
        changesIn.yield()
    }

    private func handOver(_ send: (DiscoveryUpdate) -> Void) {
        let updates = state.withLock { state -> [DiscoveryUpdate] in
            var updates: [DiscoveryUpdate] = []
            if state.missing.isEmpty {
                let groups = state.store.takeChanges()
                if !state.hasSentAll {
                    updates.append(.all(groups))
                } else if !groups.isEmpty || state.hasRecovered {
                    updates.append(.changed(groups))
                }
                state.hasSentAll = true
                state.hasRecovered = false
            }
            // A failure that lasts is not taken for a recovery in between.
            if let first = state.failing.min(by: { $0.key < $1.key })?.value,
                state.hasNewFailure || !updates.isEmpty
            {
                let others = state.failing.count > 1 ? "; and \(state.failing.count - 1) more places" : ""
                updates.append(.failed(first.reason + others, place: first.place))
            }
            state.hasNewFailure = false
            return updates
        }
        for update in updates { send(update) }
    }
}
