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
    private static let rowsMax = 200

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
    /// How far back closed pages reach.
    let historyText: String

    init(_ filter: AlertFilter, _ state: OperationsState, now: Timestamp, mayRespond: Bool) {
        self.now = now.milliseconds
        statuses = AlertFilter.Status.allCases.map {
            Choice(choiceValue: $0.rawValue, choiceWords: $0.words, isChosen: $0 == filter.status)
        }
        severities = Severity.allCases.map {
            SeverityChoice(choiceSeverity: SeverityText($0), isChecked: filter.severities.contains($0))
        }
        searchText = filter.text
        returnTo = "/alerts?" + filter.query
        let pages = filter.pages(state)
        rows = pages.prefix(Self.rowsMax).map {
            PageRow($0, state.configuration, now: now, mayRespond: mayRespond)
        }
        hasRows = !rows.isEmpty
        isFiltered = filter != AlertFilter()
        countText = FigureText.count(pages.count, "page")
        unlistedText =
            pages.count > Self.rowsMax ? FigureText.count(pages.count - Self.rowsMax, "more page") : nil
        historyText = FigureText.count(OperationsState.closedMax, "resolved page")
    }
}
