package import Basics
package import Pipeline
import Synchronization

/// What syslog's connections have in common: where their messages go, and what became of them.
///
/// Syslog has no answers. A connection is read on only when what came before is on stable storage, so that a sender
/// whose messages cannot be taken has to wait; datagrams that cannot be taken are lost, and counted.
package final class SyslogIntake: Sendable {
    package struct Statistics: Sendable {
        package var messages = 0
        package var lostDatagrams = 0
        package var connections = 0
        /// Ended, because where its messages begin could not be told.
        package var brokenConnections = 0
        package var refusedConnections = 0
    }

    /// Connections at a time; more are closed at once.
    package static let connectionsMax = 1000
    static let index = "logs-syslog-default"

    private let queue: any DocumentTarget
    let documentBytesMax: Int
    private let clock: any WallClock
    private let counts = Mutex(Statistics())

    /// `documentBytesMax`: messages that would be larger documents are cut off.
    package init(queue: any DocumentTarget, documentBytesMax: Int, clock: any WallClock) {
        self.queue = queue
        self.documentBytesMax = documentBytesMax
        self.clock = clock
    }

    package var statistics: Statistics { counts.withLock { $0 } }

    func count(_ change: (inout Statistics) -> Void) { counts.withLock { change(&$0) } }

    /// Nanoseconds since 1970.
    var now: Int64 { clock.now().milliseconds * 1_000_000 }

    /// Calls `complete` with true once the batch is on stable storage, with false when it was not taken.
    func store(_ batch: DocumentBatch, complete: @escaping @Sendable (Bool) -> Void) {
        let count = batch.count
        queue.append(batch, receivedAt: now) { [self] result in
            switch result {
            case .success:
                counts.withLock { $0.messages += count }
                complete(true)
            case .failure: complete(false)
            }
        }
    }
}
