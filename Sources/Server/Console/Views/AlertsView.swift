import Basics
import Response
import SignalModel

/// The list of pages with its filter.
struct AlertsView: Sendable {
    struct Choice: Sendable {
        let choiceValue: String
        let choiceWords: String
        let isChosen: Bool
    }

    struct SeverityChoice: Sendable {
        let choiceSeverity: SeverityText
        let isChecked: Bool
    }

    /// Pages listed at most; the filter finds the others.
    static let rowsMax = 200

    let now: Int64
    /// Where acknowledging from a row leads: here again.
    let returnTo: String
    let tabTitle = "Alerts"
    let statuses: [Choice]
    let severities: [SeverityChoice]
    let searchText: String
    let rows: [PageRow]
    let hasRows: Bool
    let isFiltered: Bool
    let countText: String
    let unlistedText: String?
    /// Where the list of closed pages goes on.
    let olderLink: String?

    /// `closed`: what the archive and the state found together, where the filter searches both.
    init(
        _ filter: AlertFilter, _ state: OperationsState, closed: [Page]? = nil, now: Timestamp, mayRespond: Bool
    ) {
        self.now = now.milliseconds
        statuses = AlertFilter.Status.allCases.map {
            Choice(choiceValue: $0.rawValue, choiceWords: $0.words, isChosen: $0 == filter.status)
        }
        severities = Severity.allCases.map {
            SeverityChoice(choiceSeverity: SeverityText($0), isChecked: filter.severities.contains($0))
        }
        searchText = filter.text
        returnTo = "/alerts?" + filter.query
        let pages = closed ?? filter.pages(state)
        var older = filter
        older.after = closed?.last.map { PageSearch.Place($0) }
        olderLink = closed?.count == Self.rowsMax ? "/alerts?" + older.query : nil
        rows = pages.prefix(Self.rowsMax).map {
            PageRow($0, state, now: now, mayRespond: mayRespond)
        }
        hasRows = !rows.isEmpty
        isFiltered = filter != AlertFilter()
        countText = FigureText.count(pages.count, "page")
        unlistedText =
            pages.count > Self.rowsMax ? FigureText.count(pages.count - Self.rowsMax, "more page") : nil
    }
}
