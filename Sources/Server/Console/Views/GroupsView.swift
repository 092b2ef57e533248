import Alerting
import Basics
import Response

/// What fires, as the receivers of the Alertmanager file are told of it: by group.
struct GroupsView: Sendable {
    /// Groups written out; the filter finds the others.
    private static let groupsMax = 100
    private static let textCharactersMax = 200

    let now: Int64
    let tabTitle = "Groups"
    let searchText: String
    let isFiltered: Bool
    let isConfigured: Bool
    let groups: [GroupRow]
    let hasGroups: Bool
    let countText: String
    let unlistedText: String?

    init(search: String, _ state: OperationsState, now: Timestamp) {
        self.now = now.milliseconds
        searchText = String(search.prefix(Self.textCharactersMax))
        isFiltered = !searchText.isEmpty
        isConfigured = state.routing.configuration != nil
        let words = searchText.lowercased().split(whereSeparator: \.isWhitespace)
        var found: [(order: String, group: AlertGroup, alerts: [AlertBook.Alert])] = []
        var count = 0
        for group in state.routing.dispatcher.groups.values {
            let alerts = group.members.compactMap { id, member in
                member.ended == nil ? state.alerts.firing[Fingerprint.text(id)] : nil
            }
            guard !alerts.isEmpty, words.allSatisfy({ Self.mentions(group, alerts, $0, state) }) else { continue }
            count += 1
            // The worst first, then by name. Only as many are kept as are shown: there may be a hundred thousand.
            let order = (alerts.compactMap { $0.labels["severity"] }.min() ?? "~") + group.key
            guard found.count < Self.groupsMax || order < found[found.count - 1].order else { continue }
            let place = found.firstIndex { order < $0.order } ?? found.count
            found.insert((order, group, alerts), at: place)
            if found.count > Self.groupsMax { found.removeLast() }
        }
        groups = found.map { GroupRow($0.group, $0.alerts, state, now: now) }
        hasGroups = !groups.isEmpty
        countText = FigureText.count(count, "group")
        unlistedText = count > groups.count ? FigureText.count(count - groups.count, "more group") : nil
    }

    private static func mentions(
        _ group: AlertGroup, _ alerts: [AlertBook.Alert], _ word: Substring, _ state: OperationsState
    ) -> Bool {
        func has(_ text: String) -> Bool { text.lowercased().contains(word) }
        let receiver = state.routing.configuration?.tree.routes[group.route].receiver ?? ""
        return has(receiver)
            || alerts.contains { alert in
                alert.labels.contains { has($0.value) || has("\($0.key)=\($0.value)") }
            }
    }
}
