import Alerting
import Basics
import HTTPAPI
import Response
import SignalModel

/// Which pages the Alerts list shows: what its URL says.
struct AlertFilter: Sendable, Hashable {
    enum Status: String, Sendable, CaseIterable {
        case open
        case burning
        case held
        case closed
        case all

        var words: String {
            switch self {
            case .open: "Open"
            case .burning: "Unacknowledged"
            case .held: "In hand"
            case .closed: "Resolved"
            case .all: "All"
            }
        }
    }

    /// A search is a few words; what is longer is cut.
    private static let textCharactersMax = 200

    var status = Status.open
    /// Empty for every severity.
    var severities: Set<Severity> = []
    var text = ""
    /// Of closed ones: where the list goes on.
    var after: PageSearch.Place?

    init() {}

    /// What cannot be understood counts as not given: a URL somebody mistyped still shows a list.
    init(_ form: FormParameters) {
        status = form["status"].flatMap(Status.init(rawValue:)) ?? .open
        severities = Set(form.all("severity").compactMap(Severity.init(rawValue:)))
        text = String((form["q"] ?? "").prefix(Self.textCharactersMax))
        if status == .closed { after = form["after"].flatMap { PageSearch.Place($0) } }
    }

    /// The query part of the list's URL.
    var query: String {
        let severities = severities.map(\.rawValue).sorted().map { "&severity=\($0)" }.joined()
        let after = after.map { "&after=" + QueryText.encode($0.text) } ?? ""
        return "status=\(status.rawValue)\(severities)\(text.isEmpty ? "" : "&q=" + QueryText.encode(text))\(after)"
    }

    /// For closed pages, which the archive has too; nil where only those at hand are listed.
    func search(limit: Int) -> PageSearch? {
        guard status == .closed else { return nil }
        return PageSearch(text, severities: severities, after: after, limit: limit)
    }

    /// Open ones worst first, then closed ones newest first.
    func pages(_ state: OperationsState) -> [Page] {
        let open = status == .closed ? [] : state.open.values.sorted(by: Page.worstFirst)
        let closed = status == .closed || status == .all ? state.closed.reversed() : []
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        return (open + closed).filter { page in
            matches(page.status) && (severities.isEmpty || severities.contains(page.severity))
                && words.allSatisfy { Self.mentions(page, $0) }
        }
    }

    private func matches(_ pageStatus: Page.Status) -> Bool {
        switch status {
        case .open, .closed, .all: true
        case .burning: pageStatus == .open
        case .held: pageStatus != .open
        }
    }

    private static func mentions(_ page: Page, _ word: Substring) -> Bool {
        func has(_ text: String) -> Bool { text.lowercased().contains(word) }
        if has(page.title) || page.id.hasPrefix(word) || page.groupLabels.values.contains(where: has) { return true }
        let alerts = Array(page.firing.values) + page.ended
        return alerts.contains { alert in
            alert.labels.contains { has($0.value) || has("\($0.key)=\($0.value)") }
        }
    }
}
