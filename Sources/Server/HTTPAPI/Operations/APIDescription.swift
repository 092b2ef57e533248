import HTTPTypes
import Identity

/// `/ops/v1/openapi.json`: the endpoints as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), made from the same
/// list that the router is made from, so it can name none too many or too few.
package enum APIDescription {
    package static func endpoint(describing endpoints: [Endpoint], version: String) -> Endpoint {
        var all = endpoints
        let own = Endpoint(.get, "/ops/v1/openapi.json", .viewOperations, "This description") { _, _ in
            throw APIError(.internal, "described before it was made")
        }
        all.append(own)
        let json = document(all, version: version)
        return Endpoint(own.method, own.path, own.permission, own.summary) { _, _ in .json(json) }
    }

    static func document(_ endpoints: [Endpoint], version: String) -> JSONWriter {
        let paths = Dictionary(grouping: endpoints.filter { $0.method != .head }) { template(of: $0.path) }
        var json = JSONWriter()
        json.object { json in
            json.key("openapi")
            json.string("3.1.0")
            json.key("info")
            json.object { json in
                json.key("title")
                json.string("Signalbox")
                json.key("version")
                json.string(version)
            }
            json.key("components")
            json.object { json in
                json.key("securitySchemes")
                json.object { json in
                    json.key("token")
                    json.object { json in
                        json.key("type")
                        json.string("http")
                        json.key("scheme")
                        json.string("bearer")
                    }
                }
            }
            json.key("paths")
            json.object { json in
                for (path, methods) in paths.sorted(by: { $0.key < $1.key }) {
                    json.key(path)
                    json.object { json in
                        parameters(of: path, to: &json)
                        for endpoint in methods { write(endpoint, to: &json) }
                    }
                }
            }
        }
        return json
    }

    private static func write(_ endpoint: Endpoint, to json: inout JSONWriter) {
        json.key(endpoint.method.rawValue.lowercased())
        json.object { json in
            json.key("summary")
            json.string(endpoint.summary)
            if let permission = endpoint.permission {
                json.key("description")
                json.string("Needs the permission \(permission.rawValue).")
                json.key("security")
                json.array { json in
                    json.object { json in
                        json.key("token")
                        json.array { _ in }
                    }
                }
            }
            json.key("responses")
            json.object { json in
                for (status, text) in [("2XX", "Done"), ("4XX", "Refused; `error` says why"), ("5XX", "Failed")] {
                    json.key(status)
                    json.object { json in
                        json.key("description")
                        json.string(text)
                    }
                }
            }
        }
    }

    private static func parameters(of path: String, to json: inout JSONWriter) {
        let names = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() }
        guard !names.isEmpty else { return }
        json.key("parameters")
        json.array { json in
            for name in names {
                json.object { json in
                    json.key("name")
                    json.string(String(name))
                    json.key("in")
                    json.string("path")
                    json.key("required")
                    json.bool(true)
                    json.key("schema")
                    json.object { json in
                        json.key("type")
                        json.string("string")
                    }
                }
            }
        }
    }

    /// `/pages/:id` as OpenAPI writes it: `/pages/{id}`.
    private static func template(of path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }
}
