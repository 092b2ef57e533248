import HTTPAPI
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import PromQL

/// Explore: the page is a form and scripts, the answers come from the Prometheus API.
extension ConsoleRoutes {
    func explorePage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try screen(ExploreView(try query(request)), "explore", .explore, request, context)
    }

    /// The page is a form and scripts, the answers come from `/ops/v1/logs`.
    func logsPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try screen(LogsView(try query(request)), "logs", .logs, request, context)
    }

    /// How lines come in, and what is done about those that cannot: scripts ask `/ops/v1/logs` and Elasticsearch's API.
    func logProcessingPage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let view = LogProcessingView(mayEditPipelines: context.principal?.may(.editPipelines) ?? false)
        return try screen(view, "logs-processing", .logs, request, context)
    }

    /// What the editor completes besides what is stored: straight from the parser's own table.
    func language(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("functions")
            json.array { json in
                for function in FunctionSignature.all where !function.isExperimental {
                    json.object { json in
                        json.key("name")
                        json.string(function.name)
                        json.key("signature")
                        json.string(Self.signature(function))
                    }
                }
            }
        }
        var response = ConsoleResponse.secured(.json(json))
        response.headers[.cacheControl] = "private, max-age=3600"
        return response
    }

    private static func signature(_ function: FunctionSignature) -> String {
        var arguments = function.argumentTypes.map(\.rawValue)
        if function.variadic != 0, let last = arguments.popLast() { arguments.append("\(last)…") }
        return "\(function.name)(\(arguments.joined(separator: ", "))) → \(function.returnType.rawValue)"
    }
}
