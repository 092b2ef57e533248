import Alerting
import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import Response
import SignalModel

/// Silences, as API v2 makes, changes and ends them.
extension AlertmanagerAPI {
    /// A silence has at most `AlertingLimits.silenceBytesMax`; JSON around it may double that.
    private static let silenceBodyBytesMax = 256 << 10

    private struct Posted: Decodable {
        struct Matcher: Decodable {
            var name: String
            var value: String
            var isRegex: Bool
            var isEqual: Bool?
        }

        var id: String?
        var matchers: [Matcher]
        var startsAt: String
        var endsAt: String
        var createdBy: String
        var comment: String
        var annotations: [String: String]?
    }

    // MARK: Reading

    func silences(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let matchers: [Matcher]
        do { matchers = try AlertFilter.matchers(parameters) } catch let error as AlertFilter.Refusal {
            return Self.refusal(error.message)
        }
        let hidden = Silence.State.allCases.filter { parameters[$0.rawValue] == "false" }
        let book = core.state.routing.silences
        let now = clock.now().milliseconds
        var json = JSONWriter()
        json.array { json in
            for silence in book.sorted(at: now)
            where !hidden.contains(silence.state(at: now)) && matchers.allSatisfy(silence.matchers.contains) {
                json.silence(silence, at: now)
            }
        }
        return .json(json)
    }

    func silence(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard let silence = core.state.routing.silences.silences[id] else {
            return Response(status: .notFound, headers: [.contentType: "application/json"])
        }
        var json = JSONWriter()
        json.silence(silence, at: clock.now().milliseconds)
        return .json(json)
    }

    // MARK: Changing

    func postSilence(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.silenceBodyBytesMax)
        let posted: Posted
        do { posted = try JSONDecoder().decode(Posted.self, from: Data(body.readableBytesView)) } catch {
            return Self.refusal("the body must be a silence: \(TokenAPI.place(error))")
        }
        let draft: SilenceDraft
        do { draft = try Self.draft(posted) } catch let error as AlertingError {
            return Self.refusal(error.message)
        }
        let id: String
        do {
            id = try await actions.make(draft, by: context.principal, from: context.remoteAddress)
        } catch let error as AlertingError { return Self.refusal(error) }
        var json = JSONWriter()
        json.object { json in
            json.key("silenceID")
            json.string(id)
        }
        return .json(json)
    }

    func deleteSilence(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard core.state.routing.silences.silences[id] != nil else {
            return Response(status: .notFound, headers: [.contentType: "application/json"])
        }
        try await actions.end(id, by: context.principal, from: context.remoteAddress)
        return Response(status: .ok, headers: [.contentType: "application/json"])
    }

    func approve(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        try await actions.approve(id, by: context.principal, from: context.remoteAddress)
        return try await silence(request, context)
    }

    // MARK: Parts

    private static func draft(_ posted: Posted) throws -> SilenceDraft {
        func time(_ text: String, _ name: String) throws -> Int64 {
            guard let time = RFC3339.parse(text) else {
                throw AlertingError(.invalid, "\(name): \(quoted(text)) is no RFC 3339 time")
            }
            return time.milliseconds
        }
        var matchers: [Matcher] = []
        for matcher in posted.matchers {
            let isEqual = matcher.isEqual ?? true
            let operation: Matcher.Operation =
                matcher.isRegex ? (isEqual ? .matches : .notMatches) : (isEqual ? .equal : .notEqual)
            do { matchers.append(try Matcher(matcher.name, operation, matcher.value)) } catch {
                throw AlertingError(
                    .invalid, "invalid silence: invalid regular expression \(quoted(matcher.value)): \(error.reason)")
            }
        }
        return SilenceDraft(
            id: posted.id ?? "", matchers: matchers, startsAtMilliseconds: try time(posted.startsAt, "startsAt"),
            endsAtMilliseconds: try time(posted.endsAt, "endsAt"), createdBy: posted.createdBy,
            comment: posted.comment, annotations: posted.annotations ?? [:], author: "")
    }

    private static func refusal(_ error: AlertingError) -> Response {
        refusal(error.message, error.code == .notFound ? .notFound : .badRequest)
    }
}

extension JSONWriter {
    fileprivate mutating func silence(_ silence: Silence, at now: Int64) {
        object { json in
            json.key("id")
            json.string(silence.id)
            json.key("status")
            json.object { json in
                json.key("state")
                json.string(silence.state(at: now).rawValue)
            }
            json.key("updatedAt")
            json.string(AlertmanagerTime.text(silence.updatedAtMilliseconds))
            json.key("comment")
            json.string(silence.comment)
            json.key("createdBy")
            json.string(silence.createdBy)
            json.key("endsAt")
            json.string(AlertmanagerTime.text(silence.endsAtMilliseconds))
            json.key("matchers")
            json.array { json in
                for matcher in silence.matchers {
                    json.object { json in
                        json.key("isEqual")
                        json.bool(matcher.operation == .equal || matcher.operation == .matches)
                        json.key("isRegex")
                        json.bool(matcher.operation == .matches || matcher.operation == .notMatches)
                        json.key("name")
                        json.string(matcher.name)
                        json.key("value")
                        json.string(matcher.value)
                    }
                }
            }
            json.key("startsAt")
            json.string(AlertmanagerTime.text(silence.startsAtMilliseconds))
            if !silence.annotations.isEmpty {
                json.key("annotations")
                json.labels(silence.annotations)
            }
            // Ours: who agreed that it counts for P0.
            if let approvedBy = silence.approvedBy {
                json.key("approvedBy")
                json.string(approvedBy)
            }
        }
    }
}
