import Synchronization

/// Tells when the HTTP ports are open: a start whose port is taken reads, makes and announces nothing.
final class OpenPorts: Sendable {
    private let wanted = Atomic(0)
    private let opened = AsyncStream<Void>.makeStream()

    /// One more to wait for; to be called once it is open.
    func one() -> @Sendable () -> Void {
        wanted.add(1, ordering: .relaxed)
        return { [opened] in opened.continuation.yield() }
    }

    /// Throws where it is cancelled: a port could not be opened.
    func wait() async throws {
        let count = wanted.load(ordering: .relaxed)
        for await _ in opened.stream.prefix(count) {}
        try Task.checkCancellation()
    }
}
