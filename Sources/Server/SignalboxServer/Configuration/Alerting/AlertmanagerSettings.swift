package import Alerting
package import Notifiers

/// `alerting:` — an Alertmanager file and what came of it.
package struct AlertmanagerSettings: Sendable, Hashable {
    package var routing: RoutingConfiguration
    /// An alert posted without an end is over after this long.
    package var resolveTimeout = standardResolveTimeout
    /// The ways out of the receivers, by the channel names that `routing` uses.
    package var channels: [String: ReceiverIntegration] = [:]
    /// The file, secrets replaced: what the API shows.
    package var original = ""
    /// Receivers of the file that are not carried over, and why: for people, at each check and start.
    package var notes: [Diagnostic] = []

    package static let standardResolveTimeout = Duration.seconds(300)
}
