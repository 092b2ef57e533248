/// Counts the tests of one query against its limit.
struct ClauseCount {
    private(set) var count = 0

    mutating func add(_ more: Int = 1) throws(LogQueryError) {
        count += more
        guard count <= LogQueryLimits.clausesMax else {
            throw LogQueryError(
                .tooLarge,
                "the query has more than \(LogQueryLimits.clausesMax) clauses; lists of exact values are cheaper "
                    + "as one terms query")
        }
    }
}
