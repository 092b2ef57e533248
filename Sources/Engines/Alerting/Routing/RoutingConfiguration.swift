/// What an Alertmanager file says, as the dispatcher needs it; part of the journal.
package struct RoutingConfiguration: Sendable, Hashable, Codable {
    package var tree: RouteTree
    /// By name.
    package var receivers: [String: Receiver]
    package var inhibitions: [InhibitionRule]
    /// By name; a name holds while one of its intervals does.
    package var intervals: [String: [TimeInterval]]

    package init(
        tree: RouteTree, receivers: [String: Receiver], inhibitions: [InhibitionRule] = [],
        intervals: [String: [TimeInterval]] = [:]
    ) {
        self.tree = tree
        self.receivers = receivers
        self.inhibitions = inhibitions
        self.intervals = intervals
    }
}

/// A name under which routes send, and the ways out behind it. Without any it swallows what it is sent.
package struct Receiver: Sendable, Hashable, Codable {
    package struct Integration: Sendable, Hashable, Codable {
        /// `webhook[0]`: the kind and its place in the receiver's list of that kind.
        package var id: String
        /// The channel that carries it out.
        package var channel: String
        package var sendsResolved: Bool

        package init(id: String, channel: String, sendsResolved: Bool) {
            self.id = id
            self.channel = channel
            self.sendsResolved = sendsResolved
        }
    }

    package var name: String
    package var integrations: [Integration]

    package init(name: String, integrations: [Integration]) {
        self.name = name
        self.integrations = integrations
    }
}
