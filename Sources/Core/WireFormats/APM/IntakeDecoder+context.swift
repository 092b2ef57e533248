import SignalModel

/// An event's `context` as attributes with OpenTelemetry's names.
extension IntakeDecoder {
    private static let names: [(way: [String], name: String)] = [
        (["request", "method"], "http.request.method"), (["request", "url", "full"], "url.full"),
        (["request", "url", "pathname"], "url.path"), (["request", "url", "hostname"], "url.domain"),
        (["request", "url", "search"], "url.query"), (["request", "http_version"], "network.protocol.version"),
        (["request", "socket", "remote_address"], "client.address"),
        (["request", "headers", "user-agent"], "user_agent.original"),
        (["request", "headers", "User-Agent"], "user_agent.original"),
        (["request", "headers", "x-request-id"], "http.request.header.x-request-id"),
        (["request", "headers", "X-Request-Id"], "http.request.header.x-request-id"),
        (["response", "status_code"], "http.response.status_code"),
        (["user", "id"], "user.id"), (["user", "username"], "user.name"), (["user", "email"], "user.email"),
        (["page", "referer"], "http.request.header.referer"), (["page", "url"], "url.full"),
        (["db", "type"], "db.system"), (["db", "instance"], "db.name"), (["db", "statement"], "db.statement"),
        (["db", "user"], "db.user"), (["db", "rows_affected"], "db.rows_affected"),
        (["http", "url"], "url.full"), (["http", "method"], "http.request.method"),
        (["http", "status_code"], "http.response.status_code"),
        (["http", "response", "status_code"], "http.response.status_code"),
        (["destination", "address"], "server.address"), (["destination", "port"], "server.port"),
        (["destination", "service", "resource"], "peer.service"),
        (["service", "target", "name"], "service.target.name"),
        (["service", "target", "type"], "service.target.type"),
        (["message", "queue", "name"], "messaging.destination.name"),
        (["message", "routing_key"], "messaging.routing_key"),
    ]

    mutating func readContext(_ event: DocumentObject) {
        guard let context = event.value("context")?.object else { return }
        var seen: Set<String> = []
        for (way, name) in Self.names {
            var value: DocumentValue? = .object(context)
            for member in way { value = value?.object?[member] }
            guard let value, value.scalarText != nil, seen.insert(name).inserted else { continue }
            fields.add(name, value, to: &events.batch)
        }
        for (member, prefix) in [("tags", "labels."), ("custom", "custom.")] {
            for entry in context.value(member)?.object?.members ?? [] {
                fields.add(prefix + entry.name, entry.value, to: &events.batch)
            }
        }
    }
}
