package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
import SignalModel
import WireFormats

/// `/ops/v1/traces/sampling`: the table by which services sample, seen and changed. Running agents follow within half a
/// minute.
package struct SamplingAPI: Sendable {
    package typealias Audit = @Sendable (IdentityAuditEntry) async throws -> Void

    private let control: SamplingControl
    private let audit: Audit
    private let clock: any WallClock
    private let threads: BlockingThreads

    private static let bodyBytesMax = 64 << 10

    package init(
        control: SamplingControl, audit: @escaping Audit, clock: any WallClock, threads: BlockingThreads
    ) {
        self.control = control
        self.audit = audit
        self.clock = clock
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/traces/sampling"
        return [
            Endpoint(.get, path, .viewOperations, "Sampling rates by environment, and what was set", list),
            Endpoint(
                .put, path, .editSampling,
                "Sets the rate of a service, an environment or both: service, environment, rate", set),
            Endpoint(.delete, path, .editSampling, "Takes one back; service=, environment=", remove),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let table = control.table
        var json = JSONWriter()
        json.object { json in
            json.key("environments")
            json.array { json in
                for (name, rate) in table.environments.sorted(by: { $0.key < $1.key }) {
                    json.object { json in
                        json.key("environment")
                        json.string(name)
                        json.key("rate")
                        json.raw(rate.text)
                    }
                }
            }
            json.key("overrides")
            json.array { json in
                for override in table.overrides { json.object { json in Self.write(override, to: &json) } }
            }
        }
        return .json(json)
    }

    private static func write(_ override: SamplingTable.Override, to json: inout JSONWriter) {
        for (key, text) in [("service", override.service), ("environment", override.environment)] {
            json.key(key)
            json.string(text)
        }
        json.key("rate")
        json.raw(override.rate.text)
        json.key("changed_at")
        json.string(RFC3339.format(override.changedAt))
        json.key("changed_by")
        json.string(override.changedBy)
    }

    private func set(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let body = Array(buffer: try await request.body.collect(upTo: Self.bodyBytesMax))
        let override = try Self.override(
            try JSONValue(parsing: body), at: clock.now(), by: context.principal?.auditName ?? "")
        let before = try await threads.run { [control] in try control.set(override) }
        try await record(
            context, override.service, override.environment,
            ["rate": override.rate.text, "before": before?.rate.text ?? ""])
        var json = JSONWriter()
        json.object { json in Self.write(override, to: &json) }
        return .json(json)
    }

    private static func override(
        _ value: JSONValue, at time: Timestamp, by person: String
    ) throws -> SamplingTable.Override {
        guard let members = value.members else {
            throw APIError(.badData, "an object was expected, not \(value.kind)")
        }
        for name in members.keys.sorted() where !["service", "environment", "rate"].contains(name) {
            throw APIError(.badData, "\(quoted(name)) is unknown; known are service, environment and rate")
        }
        func name(_ key: String) throws -> String {
            guard let value = value[key] else { return "" }
            guard let text = value.text, text.utf8.count <= SamplingControl.nameBytesMax else {
                throw APIError(.badData, "\(key) must be a text of at most \(SamplingControl.nameBytesMax) bytes")
            }
            return text
        }
        let (service, environment) = (try name("service"), try name("environment"))
        guard !service.isEmpty || !environment.isEmpty else {
            throw APIError(.badData, "service or environment must be given, or both")
        }
        guard case .number(let text) = value["rate"], let number = Double(text), let rate = SamplingRate(number)
        else {
            throw APIError(.badData, "rate must be 0, or a number from 0.0001 to 1")
        }
        return SamplingTable.Override(
            service: service, environment: environment, rate: rate, changedAt: time, changedBy: person)
    }

    private func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let (service, environment) = (form["service"] ?? "", form["environment"] ?? "")
        let before = try await threads.run { [control] in
            try control.remove(service: service, environment: environment)
        }
        guard let before else {
            throw APIError(
                .notFound, "nothing is set for service \(quoted(service)) in environment \(quoted(environment))")
        }
        try await record(context, service, environment, ["rate": "", "before": before.rate.text])
        return Response(status: .noContent)
    }

    private func record(
        _ context: SignalboxRequestContext, _ service: String, _ environment: String, _ details: [String: String]
    ) async throws {
        try await audit(
            IdentityAuditEntry(
                at: clock.now(), actor: context.principal?.auditName ?? "", action: .samplingChanged,
                subject: "sampling:\(service)/\(environment)", source: context.remoteAddress, details: details))
    }
}
