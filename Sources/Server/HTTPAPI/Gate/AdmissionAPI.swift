import Basics
import Crypto
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Response
import SignalModel
import WireFormats

/// A validating webhook for Kubernetes: lets rollouts through, or not, by the error budget of the workload's service.
/// What is no rollout passes unseen; what cannot be told passes with a warning. Every review that can be read is
/// answered 200: an API server takes anything else for a failure of the webhook.
///
/// An API server can be given no header of its own without a file on its disk, so the key, the secret of an events
/// token, may stand in the path. The token's labels `cluster` and `environment` are the cluster's.
package struct AdmissionAPI: Sendable {
    private let actions: GateActions
    private let authenticate: AuthenticationMiddleware.Authenticate?
    private let threads: BlockingThreads
    private let throttle: AddressThrottle
    private let onProblem: @Sendable (String) -> Void

    static let path = GateAPI.path + "/admission"
    /// What stands open to anybody, because the key is in the path.
    static let keyPath = path + "/"
    /// An object in etcd has 1.5 MB at most, and a review holds two.
    private static let bodyBytesMax = 4 << 20

    /// `authenticate` is nil for `auth.mode: none`, where every key will do.
    package init(
        actions: GateActions, authenticate: AuthenticationMiddleware.Authenticate?, threads: BlockingThreads,
        throttle: AddressThrottle, onProblem: @escaping @Sendable (String) -> Void
    ) {
        self.actions = actions
        self.authenticate = authenticate
        self.threads = threads
        self.throttle = throttle
        self.onProblem = onProblem
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, Self.path, .sendEvents,
                "Kubernetes' AdmissionReview v1: refuses rollouts while the gate is shut",
                byHeader),
            Endpoint(.post, Self.keyPath + ":key", nil, "The same; the key of an events token in the path", byPath),
        ]
    }

    private func byHeader(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await review(request, context.principal)
    }

    private func byPath(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let authenticate else { return try await review(request, .open) }
        let key = FormParameters.decode(pathPart: try context.parameters.require("key"))
        guard let principal = try? await authenticate(.token(key)), principal.kind == .eventsToken else {
            try throttle.admit(context.remoteAddress)
            throw APIError(.unauthorized, "the key in the path is not the secret of an events token")
        }
        return try await review(request, principal)
    }

    private func review(_ request: Request, _ principal: Principal?) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let (review, rollout) = try await threads.run {
            let review = try AdmissionReview(parsing: Array(body.readableBytesView))
            return (review, WorkloadRollout(review))
        }
        guard let rollout else { return AdmissionAnswer(uid: review.uid).response }
        try actions.admit(principal)
        return await judge(rollout, review, principal).response
    }

    private func judge(
        _ rollout: WorkloadRollout, _ review: AdmissionReview, _ principal: Principal?
    ) async -> AdmissionAnswer {
        let labels = principal?.forcedLabels ?? .empty
        var answer = AdmissionAnswer(uid: review.uid)
        guard let service = rollout.service else {
            answer.warn("\(rollout.workload) names no service: label it \(WorkloadRollout.serviceKey)")
            return answer
        }
        let workload = (labels.value(of: "cluster") ?? "") + "/" + rollout.workload
        let isRollback = actions.core.state.gate.hasRun(Self.digest(rollout.template), on: workload)
        let because = rollout.because.flatMap { GateActions.isReason($0) ? $0 : nil }
        if rollout.because != nil, because == nil {
            answer.warn("no critical fix: \(WorkloadRollout.reasonKey) must say why, in some words")
        }
        let question = GateQuestion(
            service: service, environment: labels.value(of: "environment") ?? rollout.environment ?? "",
            change: isRollback ? .rollback : because == nil ? .normal : .criticalFix)
        if let refusal = GateActions.refusal(of: question, because: because) {
            answer.warn(refusal.message)
            return answer
        }
        let decision = actions.decide(question)
        answer.tell(decision)
        guard !review.isDryRun else { return answer }
        let record = GateRecord(
            decision, passed: answer.isAllowed,
            summary: String(rollout.summary.prefix(GateLimits.summaryCharactersMax)),
            by: review.username, source: "kubernetes", because: because,
            template: WorkloadTemplate(
                workload: workload, from: rollout.previous.map(Self.digest), fromRan: rollout.previousRan),
            at: Timestamp(milliseconds: actions.nowMilliseconds))
        do { try await actions.record(record) } catch {
            // The decision stands; what it was is lost, and that is said on both sides.
            onProblem("an admission of \(workload) is not recorded: \(error)")
            answer.warn("this decision could not be recorded")
        }
        return answer
    }

    private static func digest(_ template: String) -> String {
        SHA256.hash(data: Array(template.utf8)).map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
    }
}
