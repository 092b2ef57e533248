/// What all matching of patterns for one document may cost. Counted, not timed, so that it is the same everywhere.
///
/// The unit is a place of a text at which a match was looked for in vain or found. Where that took many steps of PCRE2's
/// it counts as often as the steps are dear.
struct MatchBudget: Sendable {
    /// Past it matching fails: some seconds at worst, and ten texts of ten megabytes looked through.
    static let placesMax = 100_000_000

    private(set) var placesLeft: Int

    init(places: Int = placesMax) { placesLeft = places }

    mutating func charge(_ places: Int) throws(BacktrackingExpression.LimitReached) {
        placesLeft -= min(places, placesLeft)
        if placesLeft == 0 { throw BacktrackingExpression.LimitReached() }
    }
}
