import HTTPAPI

/// The log query as its URL fills it; scripts do the rest.
struct LogsView: Sendable {
    let tabTitle = "Logs"
    let queryText: String
    let isLucene: Bool
    let spans: [ExploreView.Span]
    let end: String

    init(_ form: FormParameters) {
        queryText = String((form["query"] ?? "").prefix(ExploreView.queryCharactersMax))
        isLucene = form["language"] == "lucene"
        spans = ExploreView.Span.all(chosen: form["range"])
        end = String((form["end"] ?? "").prefix(40))
    }
}
