package import SignalModel

/// One job, as `/api/v1/scrape_pools` and its relatives show it.
package struct PoolStatus: Sendable, Hashable {
    package var name: String
    /// Labels with which targets were found that relabelling dropped, as many as the job keeps.
    package var dropped: [Labels] = []
    package var droppedCount = 0
    /// Why others are not found, or not scraped.
    package var problems: [String] = []
    /// How many cannot be scraped.
    package var refusedCount = 0
    package var relabelling = Relabelling.none

    package init(
        name: String, dropped: [Labels] = [], droppedCount: Int = 0, problems: [String] = [],
        refusedCount: Int = 0, relabelling: Relabelling = .none
    ) {
        self.name = name
        self.dropped = dropped
        self.droppedCount = droppedCount
        self.problems = problems
        self.refusedCount = refusedCount
        self.relabelling = relabelling
    }
}
