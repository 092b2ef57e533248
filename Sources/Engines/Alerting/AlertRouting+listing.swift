package import Basics

/// What stands where, for those who look.
extension AlertRouting {
    /// Receivers that hear of an alert of these labels, in the order of the routes; each once.
    package func receivers(of labels: [String: String]) -> [String] {
        var names: [String] = []
        for route in configuration?.tree.match(labels) ?? [] where !names.contains(route.receiver) {
            names.append(route.receiver)
        }
        return names
    }

    package struct ListedGroup: Sendable {
        package var key: String
        package var receiver: String
        package var labels: [String: String]
        /// Those that fire, in the order in which they are told.
        package var alerts: [AlertBook.Alert]
        /// Time intervals that mute it now.
        package var mutedBy: [String]
        /// When its route looks at it next.
        package var tickAtMilliseconds: Int64
    }

    /// Groups in which something fires, by labels, then receiver.
    package func groupsInOrder(_ book: AlertBook, at now: Timestamp) -> [ListedGroup] {
        guard let configuration else { return [] }
        var result: [ListedGroup] = []
        for group in dispatcher.groups.values {
            let route = configuration.tree.routes[group.route]
            let alerts = group.members.keys.compactMap { book.firing[Fingerprint.text($0)] }
            if alerts.isEmpty { continue }
            let told = alerts.map { GroupNotification.Alert(alert: $0, endedAtMilliseconds: nil) }
                .sorted(by: GroupNotification.Alert.inOrder).map(\.alert)
            result.append(
                ListedGroup(
                    key: group.key, receiver: route.receiver, labels: group.labels, alerts: told,
                    mutedBy: configuration.mutes(route, at: now.milliseconds),
                    tickAtMilliseconds: group.tickAtMilliseconds))
        }
        return result.sorted { left, right in
            left.labels == right.labels
                ? left.receiver < right.receiver : LabelOrder.isBefore(left.labels, right.labels)
        }
    }
}
