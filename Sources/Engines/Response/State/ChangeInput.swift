import Alerting
package import Basics

/// Something that was changed on purpose: a deployment, a flag.
package struct ChangeInput: Sendable, Hashable, Codable {
    package var summary: String
    package var source: String
    /// Where: `service`, `cluster` and the like.
    package var labels: [String: String]
    package var details: String
    package var links: String
    package var by: String
    package var atMilliseconds: Int64

    package init(
        summary: String, source: String, labels: [String: String], details: String, links: String, by: String,
        at: Timestamp
    ) {
        self.summary = summary
        self.source = source
        self.labels = labels
        self.details = details
        self.links = links
        self.by = by
        atMilliseconds = at.milliseconds
    }

    func ahead(by lead: Duration) -> ChangeInput {
        var change = self
        change.atMilliseconds += lead.milliseconds
        return change
    }
}

/// The latest changes, oldest first.
package struct ChangeBook: Additive, Sendable, Hashable {
    package private(set) var changes: [ChangeInput] = []

    /// Older ones are dropped.
    package static let changesMax = 1000
    /// A change this long before a page stands in its timeline.
    private static let shownBeforeMilliseconds: Int64 = 2 * 3_600_000
    /// Of many changes before a page the newest stand in its timeline.
    private static let shownMax = 10
    private static let places = ["cluster", "environment"]

    package init() {}

    mutating func append(_ change: ChangeInput) {
        changes.append(change)
        if changes.count > Self.changesMax { changes.removeFirst(changes.count - Self.changesMax) }
    }

    /// What was changed where `page` opens, shortly before.
    func log(on page: inout Page) {
        let from = page.openedAtMilliseconds - Self.shownBeforeMilliseconds
        let found = changes.filter {
            $0.atMilliseconds >= from && $0.atMilliseconds <= page.openedAtMilliseconds && Self.concerns($0, page)
        }
        for change in found.suffix(Self.shownMax).sorted(by: { $0.atMilliseconds < $1.atMilliseconds }) {
            page.log(change.atMilliseconds, .change, change.summary, actor: change.by)
        }
    }

    /// The same service, and no other cluster or environment than the change says.
    static func concerns(_ change: ChangeInput, _ page: Page) -> Bool {
        func value(_ name: String) -> String? {
            page.groupLabels[name] ?? page.firing.values.lazy.compactMap { $0.labels[name] }.first
        }
        guard let service = change.labels["service"], service == value("service") else { return false }
        return places.allSatisfy { name in
            guard let here = change.labels[name], let there = value(name) else { return true }
            return here == there
        }
    }
}

extension OperationsState {
    mutating func take(_ change: ChangeInput) {
        changes.append(change)
        for id in open.keys.sorted() {
            guard let page = open[id], ChangeBook.concerns(change, page) else { continue }
            log(id, .change, change.summary, actor: change.by)
        }
    }
}
