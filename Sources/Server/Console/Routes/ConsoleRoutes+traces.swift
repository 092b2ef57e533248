import HTTPAPI
import Hummingbird
import Identity
import SignalModel

/// Services, traces, errors and what is done about them. Scripts fill the pages by `/ops/v1/traces`.
extension ConsoleRoutes {
    var tracePages: [(String, Handler)] {
        [
            ("traces", { try tracePage("traces", .services, "Services", $0, $1) }),
            ("traces/service", servicePage),
            ("traces/search", { try tracePage("traces-search", .search, "Traces", $0, $1) }),
            ("traces/errors", { try tracePage("traces-errors", .errors, "Errors", $0, $1) }),
            ("traces/map", { try tracePage("traces-map", .map, "Service map", $0, $1) }),
            ("traces/sampling", { try tracePage("traces-sampling", .sampling, "Sampling", $0, $1) }),
            ("traces/doctor", { try tracePage("traces-doctor", .doctor, "Doctor", $0, $1) }),
            ("traces/:trace", oneTracePage),
        ]
    }

    private func tracePage(
        _ template: String, _ page: TracesView.Page, _ title: String, _ request: Request,
        _ context: SignalboxRequestContext
    ) throws -> Response {
        let view = TracesView(
            try query(request), page, title: title,
            mayEditSampling: context.principal?.may(.editSampling) ?? false)
        return try screen(view, template, .traces, request, context)
    }

    private func servicePage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try query(request)
        guard let service = form["service"], !service.isEmpty else { return ConsoleResponse.redirect(to: "/traces") }
        let view = TracesView(form, .services, title: service, action: "/traces/service")
        return try screen(view, "traces-service", .traces, request, context)
    }

    private func oneTracePage(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("trace")
        guard TraceID(hexadecimal: Array(id.utf8)) != nil else {
            throw APIError(.notFound, "A trace's address ends with its id: 1 to 32 hexadecimal digits.")
        }
        let view = TracesView(try query(request), .search, title: "Trace \(id.prefix(8))", trace: id)
        return try screen(view, "trace", .traces, request, context)
    }
}
