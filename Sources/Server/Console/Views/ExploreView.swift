import HTTPAPI

/// The query form as its URL fills it.
struct ExploreView: Sendable {
    struct Span: Sendable {
        let spanValue: String
        let spanWords: String
        let isChosen: Bool

        private static let offered = [
            ("5m", "5 minutes"), ("15m", "15 minutes"), ("1h", "1 hour"), ("3h", "3 hours"), ("6h", "6 hours"),
            ("12h", "12 hours"), ("1d", "1 day"), ("2d", "2 days"), ("7d", "1 week"), ("15d", "15 days"),
        ]

        /// What is offered; an hour is chosen where `range` is none of it.
        static func all(chosen range: String?) -> [Span] {
            let isKnown = offered.contains { $0.0 == range }
            return offered.map {
                Span(spanValue: $0.0, spanWords: $0.1, isChosen: $0.0 == (isKnown ? range : "1h"))
            }
        }
    }

    /// A query longer than this is not kept in a URL.
    static let queryCharactersMax = 16_384

    let tabTitle = "Explore"
    let queryText: String
    let spans: [Span]
    let isTable: Bool
    let step: String
    let end: String

    init(_ form: FormParameters) {
        queryText = String((form["query"] ?? "").prefix(Self.queryCharactersMax))
        spans = Span.all(chosen: form["range"])
        isTable = form["view"] == "table"
        step = String((form["step"] ?? "").prefix(20))
        end = String((form["end"] ?? "").prefix(40))
    }
}
