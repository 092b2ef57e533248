import Glibc

/// A thread of our own, for work that blocks: the cooperative pool has one thread a core and none to spare.
package final class WorkerThread: @unchecked Sendable {  // `join` is called once, by the owner that is closing.
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private let thread: pthread_t

    /// Nil when the system has no thread to give.
    package init?(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            return nil
        }
        self.thread = thread
    }

    package func join() { pthread_join(thread, nil) }
}
