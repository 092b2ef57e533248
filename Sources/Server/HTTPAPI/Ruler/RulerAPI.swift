import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Rules

/// The ruler's configuration API of Cortex and Mimir, which Grafana, mimirtool and cortextool speak: namespaces of rule
/// groups in YAML.
package struct RulerAPI: Sendable {
    private let groups: any RuleGroupManaging

    /// A larger group is refused with 413, as a rule file of that size is.
    private static let bodyBytesMax = 1 << 20

    /// Where the clients look: mimirtool, Grafana at our root, cortextool. Below the last one the list without a
    /// namespace is Prometheus' own endpoint.
    private static let prefixes = ["/prometheus/config/v1/rules", "/config/v1/rules", "/api/v1/rules"]

    package init(groups: any RuleGroupManaging) { self.groups = groups }

    package var endpoints: [Endpoint] {
        Self.prefixes.flatMap { prefix in
            let below = [
                Endpoint(.get, prefix + "/:namespace", .viewOperations, "Rule groups of a namespace, YAML", list),
                Endpoint(.get, prefix + "/:namespace/:group", .viewOperations, "One rule group, YAML", show),
                Endpoint(.post, prefix + "/:namespace", .editRules, "Stores one rule group, YAML", put),
                Endpoint(.delete, prefix + "/:namespace", .editRules, "Removes a namespace's groups", removeAll),
                Endpoint(.delete, prefix + "/:namespace/:group", .editRules, "Removes a rule group", remove),
            ]
            if prefix == "/api/v1/rules" { return below }
            return [Endpoint(.get, prefix, .viewOperations, "Rule groups kept by the API, YAML", listAll)] + below
        }
    }

    // MARK: Reading

    private func listAll(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        Self.yaml(try await groups.managedRules(in: nil) ?? "{}\n")
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let text = try await groups.managedRules(in: Self.name("namespace", context)) else {
            throw Self.noGroups
        }
        return Self.yaml(text)
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let text = try await groups.managedRuleGroup(Self.key(context)) else { throw Self.noGroup }
        return Self.yaml(text)
    }

    // MARK: Changing

    private func put(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let namespace = try Self.name("namespace", context)
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw APIError(.badData, "the body must be UTF-8 text, the YAML of one rule group")
        }
        try await groups.putRuleGroup(
            text, in: namespace, by: Self.actor(context), source: context.remoteAddress)
        return Self.accepted()
    }

    private func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let isRemoved = try await groups.removeRuleGroup(
            Self.key(context), by: Self.actor(context), source: context.remoteAddress)
        guard isRemoved else { throw Self.noGroup }
        return Self.accepted()
    }

    private func removeAll(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let isRemoved = try await groups.removeRuleNamespace(
            Self.name("namespace", context), by: Self.actor(context), source: context.remoteAddress)
        guard isRemoved else { throw Self.noGroups }
        return Self.accepted()
    }

    // MARK: Parts

    /// Grafana and the tools know these texts.
    private static let noGroups = APIError(.notFound, "no rule groups found")
    private static let noGroup = APIError(.notFound, "group does not exist")

    private static func actor(_ context: SignalboxRequestContext) throws -> Principal {
        guard let actor = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        return actor
    }

    private static func key(_ context: SignalboxRequestContext) throws -> RuleGroupKey {
        RuleGroupKey(file: try name("namespace", context), name: try name("group", context))
    }

    private static func name(_ parameter: String, _ context: SignalboxRequestContext) throws -> String {
        FormParameters.decode(pathPart: try context.parameters.require(parameter))
    }

    private static func yaml(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/yaml"],
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }

    private static func accepted() -> Response {
        var response = PrometheusEnvelope.success { $0.null() }
        response.status = .accepted
        return response
    }
}
