import Alerting
import Basics
import HTTPAPI
import Hummingbird
import Identity
import Response
import SignalModel

/// Silences: the list, a new one with what it would hold back, agreeing and ending.
extension ConsoleRoutes {
    func silencesPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = SilencesView(backend.operations, viewer: context.principal, now: clock.now())
        return try screen(view, "silences", .alerts, request, context, isLive: true)
    }

    /// What the form says so far stands in the URL, so a silence can be proposed by a link.
    func silenceForm(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try silenceForm(try query(request), problem: nil, request, context)
    }

    private func silenceForm(
        _ form: FormParameters, problem: String?, _ request: Request, _ context: SignalboxRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let state = backend.operations
        let match = form["match"] ?? ""
        var (preview, problem): (SilencePreview?, String?) = (nil, problem)
        if !match.isEmpty {
            do { preview = state.preview(of: try MatcherParser.parse(match)) } catch {
                problem = problem ?? error.message
            }
        }
        let view = SilenceFormView(
            match: match, minutes: form["minutes"].flatMap { Int($0) } ?? SilenceFormView.minutesDefault,
            comment: form["comment"] ?? "", problem: problem, preview: preview, state)
        return try screen(view, "silence-form", .alerts, request, context, status: status)
    }

    func makeSilence(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try await form(request)
        try await requireOwnForm(form, request, context)
        do {
            try await backend.silence(try draft(form, context), by: context.principal, from: context.remoteAddress)
        } catch let error as AlertingError {
            return try silenceForm(form, problem: error.message, request, context, status: .badRequest)
        }
        return ConsoleResponse.redirect(to: "/silences")
    }

    private func draft(_ form: FormParameters, _ context: SignalboxRequestContext) throws -> SilenceDraft {
        let comment = form["comment"] ?? ""
        guard !comment.allSatisfy(\.isWhitespace), comment.count <= SilenceFormView.commentCharactersMax else {
            throw AlertingError(
                .invalid, "a comment says why: from 1 to \(SilenceFormView.commentCharactersMax) characters")
        }
        guard let minutes = form["minutes"].flatMap({ Int($0) }), 1...SilenceFormView.minutesMax ~= minutes else {
            throw AlertingError(.invalid, "a silence lasts from 1 to \(SilenceFormView.minutesMax) minutes")
        }
        let now = clock.now()
        var annotations: [String: String] = [:]
        if let accepted = form["accepted"] { annotations[OperationsState.acceptedAlertsAnnotation] = accepted }
        return SilenceDraft(
            matchers: try MatcherParser.parse(form["match"] ?? ""), startsAtMilliseconds: now.milliseconds,
            endsAtMilliseconds: (now + .seconds(60 * minutes)).milliseconds,
            createdBy: context.principal?.name ?? "", comment: comment, annotations: annotations,
            author: context.principal?.auditName ?? "")
    }

    func endSilence(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        try await requireOwnForm(try await form(request), request, context)
        try await backend.expireSilence(id, by: context.principal, from: context.remoteAddress)
        return ConsoleResponse.redirect(to: "/silences")
    }

    func approveSilence(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        try await requireOwnForm(try await form(request), request, context)
        try await backend.approveSilence(id, by: context.principal, from: context.remoteAddress)
        return ConsoleResponse.redirect(to: "/silences")
    }
}
