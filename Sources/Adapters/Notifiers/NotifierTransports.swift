package import Basics

/// The connections and threads that channels send with. Outlives a reload of the channels.
package final class NotifierTransports: Sendable {
    let http: HTTPSender
    let mail: MailSender

    package init(clock: any WallClock) {
        http = HTTPSender(clock: clock)
        mail = MailSender(clock: clock)
    }

    /// Attempts under way are given up and tell the state machine to retry. Call once, after the last `deliver`.
    package func shutdown() async throws {
        try await mail.shutdown()
        try await http.shutdown()
    }
}
