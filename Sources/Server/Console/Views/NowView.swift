import Basics
import Response
import SignalModel

/// What burns, who has it, and whether Signalbox itself is well.
struct NowView: Sendable {
    struct SeverityCount: Sendable {
        let tally: Int
        let countedSeverity: SeverityText
    }

    /// Pages listed at most; a storm's rest is a click away, worst first.
    private static let rowsMax = 100

    let now: Int64
    /// Where acknowledging from a row leads.
    let returnTo = "/"
    let journalFailure: String?
    let hasPages: Bool
    let isBurning: Bool
    let headline: String
    /// Class of the headline's lamp: the worst burning severity, `held` or `ok`.
    let lamp: String
    /// For the browser's tab.
    let tabTitle: String
    let counts: [SeverityCount]
    let burning: [PageRow]
    let held: [PageRow]
    let hasHeld: Bool
    let unlistedText: String?
    let levels: [LevelView]
    let hasLevels: Bool
    let health: [HealthCard]

    init(
        _ state: OperationsState, journalFailure: String?, health: [HealthCard], now: Timestamp, mayRespond: Bool
    ) {
        self.now = now.milliseconds
        self.journalFailure = journalFailure
        self.health = health
        let pages = state.open.values.sorted(by: Page.worstFirst)
        let burning = pages.filter { $0.status == .open }
        let held = pages.filter { $0.status != .open }
        func rows(_ pages: [Page]) -> [PageRow] {
            pages.prefix(Self.rowsMax).map {
                PageRow($0, state, now: now, mayRespond: mayRespond)
            }
        }
        self.burning = rows(burning)
        self.held = rows(held)
        let unlisted = max(0, burning.count - Self.rowsMax) + max(0, held.count - Self.rowsMax)
        unlistedText = unlisted == 0 ? nil : FigureText.count(unlisted, "more page")
        hasPages = !pages.isEmpty
        hasHeld = !held.isEmpty
        isBurning = !burning.isEmpty
        counts = Severity.allCases.compactMap { severity in
            let tally = burning.filter { $0.severity == severity }.count
            return tally == 0 ? nil : SeverityCount(tally: tally, countedSeverity: SeverityText(severity))
        }
        if let worst = burning.first {
            headline = "\(FigureText.count(burning.count, "page")) burning"
            lamp = SeverityText(worst.severity).tone
            tabTitle = "(\(burning.count)) \(worst.severity.rawValue) burning"
        } else if !held.isEmpty {
            headline = "\(FigureText.count(held.count, "page")) in hand"
            lamp = "held"
            tabTitle = "In hand"
        } else {
            headline = "Nothing burns"
            lamp = "ok"
            tabTitle = "Now"
        }
        levels = LevelView.list(state, now: now)
        hasLevels = !levels.isEmpty
    }
}

extension Page {
    /// By severity, then the oldest: it has burnt longest.
    static func worstFirst(_ left: Page, _ right: Page) -> Bool {
        (left.severity.rawValue, left.openedAtMilliseconds, left.id)
            < (right.severity.rawValue, right.openedAtMilliseconds, right.id)
    }
}
