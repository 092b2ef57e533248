import SignalModel

/// Labels of a target or a group while they are gathered; names are those of Prometheus 3 without what all begin
/// with.
struct KubernetesLabels {
    private static let prefix = "__meta_kubernetes_"

    private var values: [String: String] = [:]

    var labels: Labels { Labels(values.filter { !$0.value.isEmpty }.map { ($0.key, $0.value) }) }

    /// Nil and empty values are those of no label.
    subscript(name: String) -> String? {
        get { values[Self.prefix + name] }
        set { values[Self.prefix + name] = newValue }
    }

    mutating func set(address: String) { values[TargetLabelName.address] = address }
    mutating func set(instance: String) { values[TargetLabelName.instance] = instance }

    /// The name, the labels and the annotations of an object of the given kind.
    mutating func add(_ metadata: KubernetesMetadata, as kind: String) {
        self[kind + "_name"] = metadata.name
        addMaps(metadata, as: kind)
    }

    /// The labels and the annotations only.
    mutating func addMaps(_ metadata: KubernetesMetadata, as kind: String) {
        for (what, map) in [("label", metadata.labels), ("annotation", metadata.annotations)] {
            for (name, value) in map { add(name, value, as: "\(kind)_\(what)", present: "\(kind)_\(what)present") }
        }
    }

    mutating func add(_ name: String, _ value: String, as kind: String, present: String) {
        let name = Self.sanitized(name)
        self["\(kind)_\(name)"] = value
        self["\(present)_\(name)"] = "true"
    }

    static func sanitized(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isPlain =
                scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic
                || ("0"..."9").contains(scalar)
            result.unicodeScalars.append(isPlain ? scalar : "_")
        }
        return result
    }

    static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
