import Ingest
import Synchronization

/// A discovery that sends what a test tells it to.
final class ScriptedDiscovery: TargetDiscovery {
    private let updates: AsyncStream<DiscoveryUpdate>
    private let updatesIn: AsyncStream<DiscoveryUpdate>.Continuation
    private let late = Mutex<(@Sendable (DiscoveryUpdate) -> Void)?>(nil)
    private let endings = Mutex(0)

    init() { (updates, updatesIn) = AsyncStream.makeStream() }

    var isEnded: Bool { endings.withLock { $0 > 0 } }

    func send(_ update: DiscoveryUpdate) { updatesIn.yield(update) }

    /// As a mechanism would that does not notice at once that it was stopped.
    func sendLate(_ update: DiscoveryUpdate) { late.withLock { $0 }?(update) }

    func run(_ send: @escaping @Sendable (DiscoveryUpdate) -> Void) async {
        late.withLock { $0 = send }
        for await update in updates { send(update) }
        endings.withLock { $0 += 1 }
    }
}
