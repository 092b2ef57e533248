package import Basics
package import Notifiers
package import Response

/// What must be heard of regularly, and what silence and unrest mean.
package struct WatchSettings: Sendable, Hashable {
    package var policy = WatchPolicy()
    package var beat: BeatSettings?

    package init() {}
}

/// The beat to a watcher outside.
package struct BeatSettings: Sendable, Hashable {
    package var url: Secret
    package var every: Duration
    package var method: OutwardBeat.Method
}
