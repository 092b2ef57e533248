import HTTPAPI

/// A page of traces as its URL fills it; scripts ask for the rest.
struct TracesView: Sendable {
    struct Tab: Sendable {
        let tabName: String
        let tabHref: String
        let isCurrentTab: Bool
    }

    struct Choice: Sendable {
        let choiceValue: String
        let choiceWords: String
        let isChosen: Bool
    }

    enum Page: String, Sendable, CaseIterable {
        case services = ""
        case search
        case errors
        case map
        case sampling
        case doctor

        var name: String { self == .services ? "Services" : rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var path: String { self == .services ? "/traces" : "/traces/" + rawValue }
    }

    let tabTitle: String
    let tabs: [Tab]
    /// Where the form leads.
    let action: String
    let queryText: String
    let service: String
    let operation: String
    let environment: String
    let minDuration: String
    let maxDuration: String
    let statuses: [Choice]
    let spans: [ExploreView.Span]
    let end: String
    let mayEditSampling: Bool
    /// Of the page of one trace.
    let trace: String

    /// `form` fills what is asked for; `page` is the tab that is lit.
    init(
        _ form: FormParameters, _ page: Page, title: String, action: String? = nil, mayEditSampling: Bool = false,
        trace: String = ""
    ) {
        func text(_ name: String, _ charactersMax: Int = 300) -> String {
            String((form[name] ?? "").prefix(charactersMax))
        }
        tabTitle = title
        tabs = Page.allCases.map { Tab(tabName: $0.name, tabHref: $0.path, isCurrentTab: $0 == page) }
        self.action = action ?? page.path
        queryText = text("query", ExploreView.queryCharactersMax)
        service = text("service")
        operation = text("operation", 1000)
        environment = text("environment")
        minDuration = text("min_duration", 20)
        maxDuration = text("max_duration", 20)
        statuses = [("", "any status"), ("error", "failed"), ("ok", "ok"), ("unset", "not said")].map {
            Choice(choiceValue: $0.0, choiceWords: $0.1, isChosen: $0.0 == text("status"))
        }
        spans = ExploreView.Span.all(chosen: form["range"])
        end = text("end", 40)
        self.mayEditSampling = mayEditSampling
        self.trace = trace
    }
}
