/// Similar lines: what is the same in all of them, with `<*>` for what differs.
package struct LogPattern: Sendable, Hashable {
    package var text: String
    package var count: Int
    /// Of each step of the time.
    package var counts: [Int]
    /// One of the lines.
    package var example: String
    /// A query in KQL for lines with its words; nil when it has none.
    package var query: String?
    /// The runs of words that it asks for; none of a field that is not text.
    package var phrases: [String]
}

/// The lines of records by their patterns.
package struct LogPatterns: Sendable, Hashable {
    /// Records of the query, and those among them that have the field.
    package var total = 0
    package var withField = 0
    /// Most lines first.
    package var patterns: [LogPattern] = []
    /// How many there are, with those beyond the limit.
    package var patternCount = 0
}

/// How lines are looked at.
package struct LogPatternRequest: Sendable, Hashable {
    package var field: String
    package var limit: Int
    package var startNanoseconds: Int64
    package var stepNanoseconds: Int64
    package var stepCount: Int

    package init(
        field: String = "message", limit: Int = 50, startNanoseconds: Int64, stepNanoseconds: Int64, stepCount: Int
    ) {
        self.field = field
        self.limit = limit
        self.startNanoseconds = startNanoseconds
        self.stepNanoseconds = stepNanoseconds
        self.stepCount = stepCount
    }

    /// The step of a time; what lies outside counts to the nearest.
    func step(of nanoseconds: Int64) -> Int {
        min(max(Int((nanoseconds - startNanoseconds) / stepNanoseconds), 0), stepCount - 1)
    }
}
