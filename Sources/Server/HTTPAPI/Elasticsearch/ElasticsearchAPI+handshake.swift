import Basics
import HTTPTypes
import Hummingbird
import Identity

/// What clients ask before they send anything.
extension ElasticsearchAPI {
    /// Clients refuse older servers than they know, so it says a recent one; Beats are told theirs when it is newer.
    static let version = "8.19.0"

    var handshakeEndpoints: [Endpoint] {
        let folder = Self.folder
        let empty: Endpoint.Handler = { _, _ in Response(status: .ok, headers: [.contentType: "application/json"]) }
        return [
            Endpoint(.get, folder, .greet, "Elasticsearch: version", root),
            Endpoint(.head, folder, .greet, "The same without a body", empty),
            Endpoint(.get, folder + "/_license", .greet, "Elasticsearch: licence", license),
            Endpoint(.get, folder + "/_xpack", .greet, "Elasticsearch: features", features),
            Endpoint(.get, folder + "/_cluster/health", .greet, "Elasticsearch: health", health),
            Endpoint(.head, folder + "/_cluster/health", .greet, "The same without a body", empty),
            Endpoint(.get, folder + "/_cluster/health/:index", .greet, "The same of an index", health),
            Endpoint(.get, folder + "/_cat/health", .greet, "Elasticsearch: health as text", healthLine),
            Endpoint(.get, folder + "/_nodes/http", .greet, "Elasticsearch: addresses", nodes),
            Endpoint(.get, folder + "/_nodes", .greet, "The same", nodes),
        ]
    }

    private func root(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let version = Self.version(for: request.headers[.userAgent])
        var json = JSONWriter()
        json.object { json in
            json.key("name")
            json.string("signalbox")
            json.key("cluster_name")
            json.string("signalbox")
            json.key("cluster_uuid")
            json.string(settings.clusterID)
            json.key("version")
            json.object { json in
                json.key("number")
                json.string(version)
                for (name, value) in [
                    ("build_flavor", "default"), ("build_type", "deb"),
                    ("build_hash", "0000000000000000000000000000000000000000"),
                    ("build_date", "2026-11-01T00:00:00.000000000Z"),
                ] {
                    json.key(name)
                    json.string(value)
                }
                json.key("build_snapshot")
                json.bool(false)
                for (name, value) in [
                    ("lucene_version", "9.12.2"), ("minimum_wire_compatibility_version", "7.17.0"),
                    ("minimum_index_compatibility_version", "7.0.0"),
                ] {
                    json.key(name)
                    json.string(value)
                }
            }
            json.key("tagline")
            json.string("You Know, for Search")
        }
        return .json(json)
    }

    /// `Elastic-Filebeat/9.1.2 (linux; …)` and `Filebeat/9.1.2`: Beats send nothing to a server older than they are.
    static func version(for userAgent: String?) -> String {
        guard let product = userAgent?.split(separator: " ").first?.split(separator: "/"), product.count == 2,
            product[0].lowercased().hasSuffix("beat") || product[0].hasPrefix("Elastic-")
        else { return version }
        let parts = (product[1].split(separator: "-").first ?? "").split(separator: ".").map { Int($0) }
        let own = version.split(separator: ".").compactMap { Int($0) }
        let theirs = parts.compactMap { $0 }
        guard parts.count == 3, theirs.count == 3, theirs.allSatisfy({ $0 < 1000 }),
            own.lexicographicallyPrecedes(theirs)
        else { return version }
        return theirs.map(String.init).joined(separator: ".")
    }

    private func license(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("license")
            json.object { json in
                json.key("status")
                json.string("active")
                json.key("uid")
                json.string(settings.clusterID)
                json.key("type")
                json.string("basic")
                json.key("issued_to")
                json.string("signalbox")
                json.key("issuer")
                json.string("signalbox")
            }
        }
        return .json(json)
    }

    private func features(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("build")
            json.object { _ in }
            json.key("license")
            json.object { json in
                for (name, value) in [
                    ("uid", settings.clusterID), ("type", "basic"), ("mode", "basic"), ("status", "active"),
                ] {
                    json.key(name)
                    json.string(value)
                }
            }
            json.key("features")
            json.raw("{\"ilm\":{\"available\":true,\"enabled\":true}}")
            json.key("tagline")
            json.string("You know, for X")
        }
        return .json(json)
    }

    private func health(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("cluster_name")
            json.string("signalbox")
            json.key("status")
            json.string("green")
            json.key("timed_out")
            json.bool(false)
            for (name, value) in [
                ("number_of_nodes", 1), ("number_of_data_nodes", 1), ("active_primary_shards", 1),
                ("active_shards", 1), ("relocating_shards", 0), ("initializing_shards", 0), ("unassigned_shards", 0),
                ("delayed_unassigned_shards", 0), ("number_of_pending_tasks", 0), ("number_of_in_flight_fetch", 0),
                ("task_max_waiting_in_queue_millis", 0),
            ] {
                json.key(name)
                json.integer(value)
            }
            json.key("active_shards_percent_as_number")
            json.raw("100.0")
        }
        return .json(json)
    }

    private func healthLine(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let seconds = clock.now().milliseconds / 1000
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return .text(
            "\(seconds) \(two(hours)):\(two(minutes)):\(two(seconds % 60)) signalbox green 1 1 1 1 0 0 0 0 - 100.0%\n"
        )
    }

    private func nodes(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let address = settings.publishAddress
        var json = JSONWriter()
        json.object { json in
            json.key("_nodes")
            json.raw("{\"total\":1,\"successful\":1,\"failed\":0}")
            json.key("cluster_name")
            json.string("signalbox")
            json.key("nodes")
            json.object { json in
                json.key(settings.clusterID)
                json.object { json in
                    for (name, value) in [
                        ("name", "signalbox"), ("transport_address", address), ("host", address), ("ip", address),
                        ("version", Self.version(for: request.headers[.userAgent])),
                    ] {
                        json.key(name)
                        json.string(value)
                    }
                    json.key("roles")
                    json.raw("[\"data\",\"ingest\",\"master\"]")
                    json.key("http")
                    json.object { json in
                        json.key("bound_address")
                        json.array { $0.string(address) }
                        json.key("publish_address")
                        json.string(address)
                        json.key("max_content_length_in_bytes")
                        json.integer(intake.limits.bodyBytesMax)
                    }
                }
            }
        }
        return .json(json)
    }
}
