import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
package import Notifiers
import Response
import SignalModel
import WireFormats

/// GitHub's deployment protection rules: a signed `deployment_protection_rule` event comes in, and the deployment is
/// approved or rejected by a call back. Answered 2xx once GitHub has taken the answer, so a failed delivery can be
/// seen there and sent again.
package struct GitHubGateAPI: Sendable {
    package typealias Settings = @Sendable () -> GitHubGateSettings?

    private let actions: GateActions
    private let settings: Settings
    private let reviewer: GitHubDeploymentReviewer
    private let throttle: AddressThrottle

    static let path = GateAPI.path + "/github"
    /// An event is some 30 kB; GitHub sends 25 MB at most, but not of these.
    private static let bodyBytesMax = 1 << 20

    package init(
        actions: GateActions, settings: @escaping Settings, reviewer: GitHubDeploymentReviewer,
        throttle: AddressThrottle
    ) {
        self.actions = actions
        self.settings = settings
        self.reviewer = reviewer
        self.throttle = throttle
    }

    package var endpoints: [Endpoint] {
        [Endpoint(.post, Self.path, nil, "GitHub's deployment_protection_rule event; signed by GitHub", event)]
    }

    private func event(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let body = Array(try await request.body.collect(upTo: Self.bodyBytesMax).readableBytesView)
        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
        guard let settings = settings(),
            GitHubSignature.isValid(header("X-Hub-Signature-256"), body: body, secret: settings.webhookSecret)
        else {
            try throttle.admit(context.remoteAddress)
            throw APIError(.forbidden, "the signature is not GitHub's")
        }
        switch header("X-GitHub-Event") {
        case "ping": return .text("pong\n")
        case "deployment_protection_rule": break
        default: return .text("not for the gate\n", status: .accepted)
        }
        let asked: GitHubDeployment
        do { asked = try GitHubDeployment(parsing: body, apiURL: settings.apiURL) } catch {
            throw APIError(.badData, "the event: \(error.message)")
        }
        guard let (question, because) = settings.question(asked) else {
            throw APIError(
                .badData, "gate.github.services in the configuration names no service for \(asked.repository)")
        }
        if let refusal = GateActions.refusal(of: question, because: because) { throw refusal }
        let decision = actions.decide(question)
        let isApproved = decision.verdict != .blocked
        let failure = await reviewer.review(
            asked, isApproved: isApproved, comment: Self.comment(decision), settings: settings,
            now: actions.clock.now())
        if let failure { throw APIError(.unavailable, "GitHub did not take the answer: \(failure)") }
        try await actions.record(
            GateRecord(
                decision, passed: isApproved, summary: String(asked.summary.prefix(GateLimits.summaryCharactersMax)),
                by: asked.sender, source: "github", because: because,
                at: Timestamp(milliseconds: actions.nowMilliseconds)))
        return .text(isApproved ? "approved\n" : "rejected\n")
    }

    /// GitHub shows it beside the deployment, as Markdown.
    private static func comment(_ decision: GateDecision) -> String {
        let head =
            switch decision.verdict {
            case .allow: "The gate is open."
            case .caution: "The gate is open, with care."
            case .blocked: "The gate is shut."
            case .unknown: "The gate cannot tell, so it lets this pass."
            }
        return ([head] + decision.sentences.map { "- \($0)" }).joined(separator: "\n")
    }
}
