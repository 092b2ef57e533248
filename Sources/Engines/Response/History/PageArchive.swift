import Alerting
package import Basics
package import SignalModel

/// Closed pages that are no longer among the newest, found by what was said of them.
package protocol PageArchive: Sendable {
    /// Durable on return; one that is there stays as it is. Blocks.
    func keep(_ pages: [Page], at now: Timestamp) throws
    func page(_ id: String) async throws -> Page?
    /// The newest first.
    func find(_ search: PageSearch) async throws -> [Page]
}

/// Which closed pages are looked for.
package struct PageSearch: Sendable, Hashable {
    /// Where a list of pages goes on: behind this one.
    package struct Place: Sendable, Hashable {
        package var closedAtMilliseconds: Int64
        package var id: String

        package init(closedAtMilliseconds: Int64, id: String) {
            self.closedAtMilliseconds = closedAtMilliseconds
            self.id = id
        }

        package init(_ page: Page) {
            self.init(closedAtMilliseconds: page.closedAtMilliseconds ?? 0, id: page.id)
        }

        /// `1700000000000-12-0badcafe`; nil when it is none.
        package init?(_ text: String) {
            guard let dash = text.firstIndex(of: "-"), let time = Int64(text[..<dash]) else { return nil }
            self.init(closedAtMilliseconds: time, id: String(text[text.index(after: dash)...]))
        }

        package var text: String { "\(closedAtMilliseconds)-\(id)" }
    }

    /// In lower case; all of them are in the page's words.
    package var words: [String]
    /// Empty for every severity.
    package var severities: Set<Severity>
    package var after: Place?
    package var limit: Int

    /// Further words are not looked for.
    package static let wordsMax = 20

    package init(_ text: String, severities: Set<Severity> = [], after: Place? = nil, limit: Int) {
        words = text.lowercased().split(whereSeparator: \.isWhitespace).prefix(Self.wordsMax).map(String.init)
        self.severities = severities
        self.after = after
        self.limit = limit
    }

    package func matches(_ page: Page) -> Bool {
        if let after, !Self.isOlder(page, after) { return false }
        guard severities.isEmpty || severities.contains(page.severity) else { return false }
        if words.isEmpty { return true }
        let text = Self.text(of: page)
        return words.allSatisfy { text.contains($0) }
    }

    private static func isOlder(_ page: Page, _ place: Place) -> Bool {
        let closed = page.closedAtMilliseconds ?? 0
        return closed == place.closedAtMilliseconds ? page.id < place.id : closed < place.closedAtMilliseconds
    }

    /// What a page is found by, in lower case: its title and id, what groups it, the labels of its alerts.
    package static func text(of page: Page) -> String {
        var words = [page.title, page.id]
        words += page.groupLabels.map { "\($0.key)=\($0.value)" }.sorted()
        var known = Set(words)
        for alert in Array(page.firing.values) + page.ended {
            for word in alert.labels.map({ "\($0.key)=\($0.value)" }).sorted() where known.insert(word).inserted {
                words.append(word)
            }
        }
        return String(words.joined(separator: "\n").lowercased().prefix(textCharactersMax))
    }

    /// A storm's page is found by as many of its labels.
    private static let textCharactersMax = 64 << 10
}

extension OperationsState {
    /// Closed pages that have a place in the archive by now, oldest first.
    package var pagesToArchive: ArraySlice<Page> {
        closed.count >= Self.closedMax + Self.archivedAtOnce ? closed.prefix(closed.count - Self.closedMax) : []
    }

    /// So many are handed on together.
    private static let archivedAtOnce = 20

    /// The archive has all pages up to this one.
    mutating func leaveToArchive(through id: String) {
        guard let last = closed.firstIndex(where: { $0.id == id }) else { return }
        closed.removeFirst(last + 1)
    }
}
