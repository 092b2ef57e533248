import Basics
import HTTPTypes
import Hummingbird
import Identity
package import Response

/// `/ops/v1/auditor`: what the auditor of pages finds missing.
package struct AuditorAPI: Sendable {
    private let report: @Sendable () -> AuditReport

    package init(report: @escaping @Sendable () -> AuditReport) { self.report = report }

    package var endpoints: [Endpoint] {
        [Endpoint(.get, "/ops/v1/auditor", .viewOperations, "Pages and messages that the auditor misses", show)]
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let report = report()
        var json = JSONWriter()
        json.object { json in
            json.key("audited")
            json.time(report.auditedAt?.milliseconds)
            json.key("findings")
            json.array { json in
                for finding in report.findings { json.string(finding.text) }
            }
        }
        return .json(json)
    }
}
