package import Basics
internal import NIOPosix
internal import Response
internal import Synchronization

/// Runs SMTP exchanges, which block, on a few threads of its own. Shared by the e-mail channels.
package final class MailSender: Sendable {
    private let clock: any WallClock
    private let threads: NIOThreadPool
    private let waiting = Atomic(0)

    /// Mails on their way at once; a server that hangs holds one for ten seconds.
    private static let threadsCount = 4
    /// Beyond it a mail is put off at once: those before it fill the ten seconds.
    private static let waitingMax = 256
    /// Leaves room to report within `NotifierLimits.attemptTimeout`.
    private static let attemptTimeout = NotifierLimits.attemptTimeout - .milliseconds(500)
    /// With less left than this an exchange is not begun.
    private static let exchangeMillisecondsMin: Int64 = 500

    package init(clock: any WallClock) {
        self.clock = clock
        threads = NIOThreadPool(numberOfThreads: Self.threadsCount)
        threads.start()
    }

    deinit {
        // For those who never called `shutdown`; a pool that is stopped already stays so.
        threads.shutdownGracefully { _ in }
    }

    package func shutdown() async throws { try await threads.shutdownGracefully() }

    func send(
        _ message: [UInt8], from sender: MailAddress, to recipients: [MailAddress], by settings: EmailSettings
    ) async -> DeliveryResult {
        let busy = DeliveryResult.retry(reason: "too many mails wait for the server", retryAfterMilliseconds: nil)
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingMax else {
            waiting.subtract(1, ordering: .relaxed)
            return busy
        }
        defer { waiting.subtract(1, ordering: .relaxed) }
        // Time in the queue counts: whoever is before us stops at a deadline no later than ours.
        let deadline = clock.uptime() + Self.attemptTimeout
        do {
            return try await threads.runIfActive { [clock] in
                let left = (deadline - clock.uptime()).milliseconds
                guard left >= Self.exchangeMillisecondsMin else { return busy }
                let exchange = SMTPExchange(
                    settings: settings, sender: sender, recipients: recipients, message: message)
                return exchange.perform(timeoutMilliseconds: Int(left)).result
            }
        } catch {
            return .retry(reason: "the attempt was given up", retryAfterMilliseconds: nil)
        }
    }
}
