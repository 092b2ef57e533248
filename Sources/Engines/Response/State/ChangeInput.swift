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

/// The latest changes, in the order in which they came.
package struct ChangeBook: Additive, Sendable, Hashable {
    package private(set) var changes: [ChangeInput] = []

    /// With more, each service keeps its newest `ofServiceMax`, and of all the newest `keptMax` stay.
    package static let changesMax = 5000
    private static let keptMax = 4500
    private static let ofServiceMax = 200
    /// A change this long before a page stands in its timeline.
    private static let shownBeforeMilliseconds: Int64 = 2 * 3_600_000
    /// Of many changes before a page the newest stand in its timeline.
    private static let shownMax = 10
    private static let places = ["cluster", "environment"]

    package init() {}

    mutating func append(_ change: ChangeInput) {
        changes.append(change)
        if changes.count > Self.changesMax { thin() }
    }

    /// One service that is deployed every few minutes does not push out what the others show of their month.
    private mutating func thin() {
        var counts: [String: Int] = [:]
        var kept: [ChangeInput] = []
        for change in changes.reversed() where kept.count < Self.keptMax {
            let service = change.labels["service"] ?? ""
            counts[service, default: 0] += 1
            if counts[service, default: 0] <= Self.ofServiceMax { kept.append(change) }
        }
        changes = kept.reversed()
    }

    var weight: Int { changes.count / 4 }

    /// What was changed where `page` opens, shortly before.
    func log(on page: inout Page) {
        let from = page.openedAtMilliseconds - Self.shownBeforeMilliseconds
        // By their places: in a storm of pages this is walked for each of them.
        let found = changes.indices.filter {
            changes[$0].atMilliseconds >= from && changes[$0].atMilliseconds <= page.openedAtMilliseconds
                && Self.concerns(changes[$0], page)
        }.map { changes[$0] }
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
