package import Basics
import HTTPTypes
import Hummingbird
import Identity
import Response
import SignalModel
import WireFormats

/// PagerDuty's Events APIs, so that its clients only change a URL. The credential is a key in the body, the secret of an
/// events token: `routing_key` in v2, `service_key` in v1.
package struct PagerDutyAPI: Sendable {
    private let intake: EventIntake
    private let authenticate: AuthenticationMiddleware.Authenticate?
    private let randomness: any Randomness

    /// `authenticate` is nil for `auth.mode: none`, where every routing key will do.
    package init(
        intake: EventIntake, authenticate: AuthenticationMiddleware.Authenticate?, randomness: any Randomness
    ) {
        self.intake = intake
        self.authenticate = authenticate
        self.randomness = randomness
    }

    package static let paths = ["/v2/enqueue", "/v2/change/enqueue", "/generic/2010-04-15/create_event.json"]

    /// Where the key stands, and how a client of that version is told to wait.
    private enum Version {
        case first, second

        var field: String { self == .first ? "service_key" : "routing_key" }
        /// What clients of v1 take for "later"; to them 429 is a refusal for good.
        var throttled: HTTPResponse.Status { self == .first ? .forbidden : .tooManyRequests }

        func key(_ document: JSONValue) -> String? {
            self == .first ? PagerDutyEvent.serviceKey(document) : PagerDutyEvent.routingKey(document)
        }
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, Self.paths[0], nil, "PagerDuty's events: trigger, acknowledge, resolve; by routing key",
                enqueue),
            Endpoint(.post, Self.paths[1], nil, "PagerDuty's change events; by routing key", enqueueChange),
            Endpoint(.post, Self.paths[2], nil, "PagerDuty's events, API v1; by service key", createEvent),
        ]
    }

    private func enqueue(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await answering(.second) {
            let (sender, document) = try await admitted(request, .second)
            let decoded = PagerDutyEvent.decode(
                document, severities: intake.settings.severities, generatedKey: generatedKey())
            guard let event = decoded.events.first else { throw Refusal(.badRequest, errors: decoded.problems) }
            try await intake.take([event], dialect: "pagerduty", from: sender)
            return Self.accepted(["message": "Event processed", "dedup_key": event.dedupKey])
        }
    }

    private func createEvent(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await answering(.first) {
            let (sender, document) = try await admitted(request, .first)
            let decoded = PagerDutyEvent.decodeFirst(
                document, severities: intake.settings.severities, generatedKey: generatedKey())
            guard let event = decoded.events.first else { throw Refusal(.badRequest, errors: decoded.problems) }
            try await intake.take([event], dialect: "pagerduty", from: sender)
            return Self.accepted(["message": "Event processed", "incident_key": event.dedupKey], status: .ok)
        }
    }

    private func generatedKey() -> String { "sbx-" + String(randomness.next(), radix: 16) }

    private func enqueueChange(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await answering(.second) {
            let (sender, document) = try await admitted(request, .second)
            let (change, problems) = ChangeEvent.decode(document)
            guard let change else { throw Refusal(.badRequest, errors: problems) }
            var labels: [String: String] = [:]
            for (name, value) in change.labels.pairs + sender.labels.pairs { labels[name] = value }
            let now = intake.clock.now()
            try await intake.core.perform(
                .changed(
                    ChangeInput(
                        summary: change.summary, source: change.source, labels: labels, details: change.details,
                        links: change.links, by: sender.name, at: min(change.at ?? now, now))))
            return Self.accepted(["message": "Change event processed"])
        }
    }

    /// The body, once its key has proven who sends it.
    private func admitted(_ request: Request, _ version: Version) async throws -> (EventSender, JSONValue) {
        let found = try await intake.document(of: request, bytesMax: EventLimits.pagerDutyBodyBytesMax)
        guard let document = found, let key = version.key(document) else {
            throw Refusal(.unauthorized, errors: ["\(version.field) is missing or blank"])
        }
        let sender: EventSender
        if let authenticate {
            guard let principal = try? await authenticate(.token(key)), principal.may(.sendEvents) else {
                throw Refusal(.unauthorized, errors: ["\(version.field) is not the secret of an events token"])
            }
            sender = EventSender(principal)
        } else {
            let digest = SecretDigest(of: key).bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            sender = EventSender(.open, id: "open-" + String(digest, radix: 16))
        }
        try intake.rates.take(sender.id)
        return (sender, document)
    }

    // MARK: Answers

    private struct Refusal: Error {
        var status: HTTPResponse.Status
        var errors: [String]
        init(_ status: HTTPResponse.Status, errors: [String]) {
            self.status = status
            self.errors = errors
        }
    }

    /// Refusals in PagerDuty's shape, which its clients read.
    private func answering(_ version: Version, _ body: () async throws -> Response) async throws -> Response {
        do { return try await body() } catch let refusal as Refusal {
            return Self.refused(refusal.status, "invalid event", "Event object is invalid", refusal.errors)
        } catch let error as APIError where error.kind == .badData || error.kind == .tooLarge {
            return Self.refused(error.status, "invalid event", "Event object is invalid", [error.message])
        } catch let error as APIError where error.kind == .throttled {
            var answer = Self.refused(
                version.throttled, "throttle exceeded", "Requests for this service are arriving too quickly",
                [error.message])
            answer.headers[.retryAfter] = error.retryAfterSeconds.map(String.init)
            return answer
        }
    }

    private static func accepted(
        _ texts: KeyValuePairs<String, String>, status: HTTPResponse.Status = .accepted
    ) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("status")
            json.string("success")
            for (key, text) in texts {
                json.key(key)
                json.string(text)
            }
        }
        return .json(json, status: status)
    }

    private static func refused(
        _ status: HTTPResponse.Status, _ word: String, _ message: String, _ errors: [String]
    ) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("status")
            json.string(word)
            json.key("message")
            json.string(message)
            json.key("errors")
            json.array { json in
                for error in errors.prefix(EventLimits.problemsMax) { json.string(error) }
            }
        }
        return .json(json, status: status)
    }
}
