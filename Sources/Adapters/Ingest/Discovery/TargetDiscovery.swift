/// Finds targets in one place outside: the port that every discovery mechanism conforms to.
package protocol TargetDiscovery: Sendable {
    /// Sends what there is, and then what changes, until its task is cancelled; it does not return before that.
    /// Called once. A failure is sent, not thrown, and the next look comes when the mechanism says so. `send`
    /// returns at once: what follows quickly is gathered by whoever receives it. Implementations bound what they
    /// take from outside (bytes of an answer, targets of a list) and send a failure beyond.
    func run(_ send: @escaping @Sendable (DiscoveryUpdate) -> Void) async
}

/// What a discovery has found out.
package enum DiscoveryUpdate: Sendable, Hashable {
    /// The whole list: groups it lacks are gone.
    case all([TargetGroup])
    /// Groups that are new or different; one without targets is gone.
    case changed([TargetGroup])
    /// The latest look failed, for this reason, which names the place and holds no secret. What was found stays.
    /// `place` is the file, name or URL alone, for metrics, where there is more than one.
    case failed(String, place: String? = nil)
}
