package import Basics
package import Ingest

/// The connections and threads that channels send with. Outlives a reload of the channels.
package final class NotifierTransports: Sendable {
    let http: HTTPSender
    let mail: MailSender
    private let clients: HTTPClients
    let clock: any WallClock

    /// `clients` send for receivers with an `http_config`; whoever made them shuts them down.
    package init(clients: HTTPClients, clock: any WallClock) {
        self.clients = clients
        self.clock = clock
        http = HTTPSender(clock: clock)
        mail = MailSender(clock: clock)
    }

    func sender(_ settings: HTTPClientSettings) -> HTTPSender { HTTPSender(clients, settings, clock: clock) }

    /// Attempts under way are given up and tell the state machine to retry. Call once, after the last `deliver`.
    package func shutdown() async throws {
        try await mail.shutdown()
        try await http.shutdown()
    }
}
