import Alerting
import Basics
import HTTPAPI
import Hummingbird
import Identity
import Response
import SignalModel

/// How receivers are told: by group, and what would happen to labels that nobody has sent yet.
extension ConsoleRoutes {
    func groupsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = GroupsView(search: try query(request)["q"] ?? "", backend.operations, now: clock.now())
        return try screen(view, "groups", .alerts, request, context, isLive: true)
    }

    /// The labels stand in the URL, so an explanation can be shared.
    func explainPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let text = try query(request)["labels"] ?? ""
        let (state, now) = (backend.operations, clock.now())
        var problem: String?
        var explanation: Explanation?
        do {
            let labels = try Self.labels(text)
            if !labels.isEmpty { explanation = state.explanation(of: labels, at: now) }
        } catch { problem = error.message }
        let view = ExplainView(labels: text, problem: problem, explanation, state, now: now)
        return try screen(view, "explain", .alerts, request, context)
    }

    /// Labels as matchers that say what is equal.
    private static func labels(_ text: String) throws(AlertingError) -> [String: String] {
        guard !text.allSatisfy(\.isWhitespace) else { return [:] }
        var labels: [String: String] = [:]
        for matcher in try MatcherParser.parse(text) {
            guard matcher.operation == .equal else {
                throw AlertingError(.invalid, "\(matcher): an alert has labels with values, so only = has a meaning")
            }
            if !matcher.value.isEmpty { labels[matcher.name] = matcher.value }
        }
        return labels
    }
}
