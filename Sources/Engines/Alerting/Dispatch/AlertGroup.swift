/// Alerts that are told together: those of one route that agree in its `group_by` labels.
package struct AlertGroup: Sendable, Hashable, Codable {
    package struct Member: Sendable, Hashable, Codable {
        /// Counts what happened to it, so that what came after a flush is not taken for part of it.
        var version: UInt64 = 0
        /// Content of an alert that is over, until that has been told; nil while it fires.
        package internal(set) var ended: AlertBook.Alert?
    }

    struct Closing: Sendable, Hashable, Codable {
        var fingerprint: UInt64
        var version: UInt64
    }

    package let id: String
    /// Place in the route tree.
    package let route: Int
    /// As Alertmanager names it: `{}/{team="a"}:{alertname="Down"}`.
    package internal(set) var key: String
    package let labels: [String: String]
    /// By fingerprint.
    package internal(set) var members: [UInt64: Member] = [:]
    /// When it is looked at next because its interval has passed.
    package internal(set) var tickAtMilliseconds: Int64
    /// When it is looked at next for any reason: what its timer is set to.
    var dueAtMilliseconds: Int64
    package internal(set) var hasFlushed = false
    var flushCount: UInt64 = 0
    /// Keys of this flush's notifications that are not known to be delivered.
    package internal(set) var underWay: Set<String> = []
    /// One of this flush's notifications could not be delivered.
    var hasFailed = false
    /// Until then this flush is tried; what is undelivered then is given up, and the next tick decides anew.
    var deadlineMilliseconds: Int64 = 0
    /// A tick came while the flush before it was under way.
    var owesTick = false
    /// Ended members this flush tells of.
    var closing: [Closing] = []

    init(id: String, route: Int, key: String, labels: [String: String], tickAtMilliseconds: Int64) {
        self.id = id
        self.route = route
        self.key = key
        self.labels = labels
        self.tickAtMilliseconds = tickAtMilliseconds
        dueAtMilliseconds = tickAtMilliseconds
    }
}
