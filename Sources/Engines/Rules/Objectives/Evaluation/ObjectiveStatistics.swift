package import Basics

/// What the engine has done, for its own metrics.
package struct ObjectiveStatistics: Sendable, Hashable {
    package var ticks = 0
    package var lastTick: Timestamp?
    package var lastDuration = Duration.zero
    /// Counts that were new or other than before.
    package var minutesChanged = 0
    package var failures = 0
    /// Of the latest minute; nil when it went well.
    package var failure: String?
}
