import SignalModel

/// The first line of an intake: who sends, as attributes of a resource with OpenTelemetry's names.
struct IntakeMetadata: Sendable {
    var attributes: [(name: String, value: DocumentValue)] = []
    /// For logs and samples.
    var service = ""
    var environment = ""
    var node = ""

    /// By their way in the metadata.
    private static let names: [(way: [String], name: String)] = [
        (["service", "name"], "service.name"), (["service", "version"], "service.version"),
        (["service", "environment"], SpanResourceNames.environmentName),
        (["service", "node", "configured_name"], "service.instance.id"),
        (["service", "agent", "name"], "agent.name"), (["service", "agent", "version"], "agent.version"),
        (["service", "language", "name"], "telemetry.sdk.language"),
        (["service", "language", "version"], "service.language.version"),
        (["service", "runtime", "name"], "process.runtime.name"),
        (["service", "runtime", "version"], "process.runtime.version"),
        (["service", "framework", "name"], "service.framework.name"),
        (["service", "framework", "version"], "service.framework.version"),
        (["process", "pid"], "process.pid"), (["process", "title"], "process.title"),
        (["system", "configured_hostname"], "host.name"), (["system", "detected_hostname"], "host.name"),
        (["system", "hostname"], "host.name"), (["system", "architecture"], "host.arch"),
        (["system", "platform"], "os.type"), (["system", "container", "id"], "container.id"),
        (["system", "kubernetes", "namespace"], "k8s.namespace.name"),
        (["system", "kubernetes", "node", "name"], "k8s.node.name"),
        (["system", "kubernetes", "pod", "name"], "k8s.pod.name"),
        (["system", "kubernetes", "pod", "uid"], "k8s.pod.uid"),
        (["cloud", "provider"], "cloud.provider"), (["cloud", "region"], "cloud.region"),
        (["cloud", "availability_zone"], "cloud.availability_zone"),
        (["cloud", "account", "id"], "cloud.account.id"), (["cloud", "instance", "id"], "host.id"),
        (["user", "id"], "user.id"), (["user", "username"], "user.name"), (["user", "email"], "user.email"),
        (["network", "connection", "type"], "network.connection.type"),
    ]

    init(_ object: DocumentObject) throws(IntakeProblem) {
        guard let service = object.value("service")?.object else { throw .missing("service", in: "metadata") }
        guard let name = service.value("name")?.string, !name.isEmpty else {
            throw .missing("name", in: "metadata: 'service'")
        }
        guard service.value("agent", "name")?.string != nil else {
            throw .missing("agent.name", in: "metadata: 'service'")
        }
        var seen: Set<String> = []
        for (way, name) in Self.names {
            guard let value = Self.value(object, way), seen.insert(name).inserted else { continue }
            attributes.append((name, value))
        }
        if let labels = object.value("labels")?.object {
            for label in labels.members { attributes.append(("labels." + label.name, label.value)) }
        }
        self.service = name
        environment = service.value("environment")?.string ?? ""
        node = service.value("node", "configured_name")?.string ?? ""
        // Set for an event of another service of the same process, too.
        for name in ["service.version", SpanResourceNames.environmentName] where !seen.contains(name) {
            attributes.append((name, .null))
        }
    }

    private static func value(_ object: DocumentObject, _ way: [String]) -> DocumentValue? {
        var value = DocumentValue.object(object)
        for name in way {
            guard let inner = value.object?[name] else { return nil }
            value = inner
        }
        guard let text = value.scalarText, !text.isEmpty else { return nil }
        return value
    }
}
