/// What one receiver's integration is to be told of one group: Alertmanager's template data.
package struct GroupNotification: Sendable, Hashable, Codable {
    package struct Alert: Sendable, Hashable, Codable {
        package var alert: AlertBook.Alert
        /// Nil while it fires.
        package var endedAtMilliseconds: Int64?
    }

    /// Stable over retries and restarts.
    package var key: String
    package var groupID: String
    package var groupKey: String
    package var receiver: String
    package var integration: Receiver.Integration
    package var reason: NotificationReason
    package var groupLabels: [String: String]
    package var commonLabels: [String: String]
    package var commonAnnotations: [String: String]
    /// In Alertmanager's order; at most `AlertingLimits.notificationAlertsMax`.
    package var alerts: [Alert]
    package var truncatedCount: Int

    package var isFiring: Bool { alerts.contains { $0.endedAtMilliseconds == nil } }
}

extension GroupNotification.Alert {
    /// By job, then instance, then the label sets.
    static func inOrder(_ left: Self, _ right: Self) -> Bool {
        let (a, b) = (left.alert.labels, right.alert.labels)
        for name in ["job", "instance"] {
            switch (a[name], b[name]) {
            case (nil, nil): continue
            case (nil, _): return false
            case (_, nil): return true
            case (let x?, let y?) where x != y: return x < y
            default: continue
            }
        }
        return LabelOrder.isBefore(a, b)
    }
}

/// Label sets as Alertmanager sorts them: fewer labels first, then name by name.
enum LabelOrder {
    static func isBefore(_ left: [String: String], _ right: [String: String]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for name in Set(left.keys).union(right.keys).sorted() {
            guard let first = left[name] else { return true }
            guard let second = right[name] else { return false }
            if first != second { return first < second }
        }
        return false
    }
}

/// What the dispatcher wants done.
package struct DispatchEffects: Sendable {
    package var notifications: [GroupNotification] = []
    /// Keys of notifications that are no longer to be tried.
    package var dropped: [String] = []

    package init() {}
}
