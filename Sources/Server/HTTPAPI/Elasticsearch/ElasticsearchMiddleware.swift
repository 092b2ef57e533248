import HTTPTypes
package import Hummingbird

/// What every answer to Elasticsearch's clients has: the product's name, their mime type, errors in their shape.
package struct ElasticsearchMiddleware: RouterMiddleware {
    package typealias Context = SignalboxRequestContext

    /// Below it everything speaks as Elasticsearch does.
    package static let folder = "/es"
    private static let product = HTTPField.Name("X-Elastic-Product")
    private static let vendorType = "application/vnd.elasticsearch+json"

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard path == Self.folder || path.hasPrefix(Self.folder + "/") else {
            return try await next(request, context)
        }
        var response: Response
        do { response = try await next(request, context) } catch { response = ElasticsearchError(error).response }
        if let product = Self.product { response.headers[product] = "Elasticsearch" }
        if response.headers[.contentType] == "application/json",
            let accepted = request.headers[values: .accept].first(where: { $0.contains(Self.vendorType) })
        {
            response.headers[.contentType] = Self.vendorType + Self.compatibility(accepted)
        }
        return response
    }

    /// `;compatible-with=8` as the client asked for it.
    private static func compatibility(_ accepted: String) -> String {
        for part in accepted.split(separator: ";") {
            let pair = part.split(separator: "=").map { $0.trimming(while: { $0 == " " }) }
            if pair.count == 2, pair[0] == "compatible-with", pair[1].allSatisfy(\.isNumber) {
                return ";compatible-with=\(pair[1])"
            }
        }
        return ""
    }
}

extension Substring {
    fileprivate func trimming(while predicate: (Character) -> Bool) -> Substring {
        var part = drop(while: predicate)
        while let last = part.last, predicate(last) { part.removeLast() }
        return part
    }
}
