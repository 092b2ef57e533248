import Basics
package import SignalModel

/// One address to ask, with the labels its series carry.
package struct ScrapeTarget: Sendable, Hashable {
    /// What it was found with: its address and all that configuration says, labels that begin with `__` included.
    package let discovered: Labels
    /// `job`, `instance` and the group's labels.
    package let labels: Labels
    package let url: String
    /// Its job, without the job's groups: a change to other targets is none to this one.
    package let configuration: ScrapeConfiguration

    /// All targets of the configurations, each once.
    package static func all(of configurations: [ScrapeConfiguration]) -> [ScrapeTarget] {
        var known: Set<ScrapeTarget> = []
        var result: [ScrapeTarget] = []
        for configuration in configurations {
            for group in configuration.groups {
                for address in group.targets {
                    let target = ScrapeTarget(discovered(address, group, configuration), configuration)
                    if known.insert(target).inserted { result.append(target) }
                }
            }
        }
        return result
    }

    /// Prometheus' labels of a target before relabelling. A group may override those of its job.
    private static func discovered(
        _ address: String, _ group: ScrapeConfiguration.TargetGroup, _ configuration: ScrapeConfiguration
    ) -> Labels {
        var builder = LabelsBuilder()
        builder.set("__address__", address)
        builder.set("__metrics_path__", configuration.metricsPath)
        builder.set("__scheme__", configuration.scheme)
        builder.set("__scrape_interval__", text(configuration.interval))
        builder.set("__scrape_timeout__", text(configuration.timeout))
        builder.set("job", configuration.jobName)
        for (name, values) in configuration.parameters {
            if let first = values.first { builder.set("__param_" + name, first) }
        }
        for (name, value) in group.labels.pairs { builder.set(name, value) }
        return builder.labels()
    }

    /// From the labels it was found with to the ones it keeps. Relabelling will happen here, and may then refuse.
    private init(_ discovered: Labels, _ configuration: ScrapeConfiguration) {
        self.discovered = discovered
        var own = configuration
        own.groups = []
        self.configuration = own
        url = Self.url(discovered, configuration)
        var builder = LabelsBuilder(discovered)
        for (name, _) in discovered.pairs where name.hasPrefix("__") { builder.remove(name) }
        if !discovered.contains("instance") { builder.set("instance", discovered["__address__"]) }
        labels = builder.labels()
    }

    private static func url(_ discovered: Labels, _ configuration: ScrapeConfiguration) -> String {
        var parameters = configuration.parameters
        for (name, value) in discovered.pairs where name.hasPrefix("__param_") {
            let key = String(name.dropFirst("__param_".count))
            // The label stands for the first value, as in Prometheus.
            parameters[key] = [value] + (parameters[key] ?? []).dropFirst()
        }
        let query = parameters.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { escaped(name) + "=" + escaped($0) }
        }
        let url = discovered["__scheme__"] + "://" + discovered["__address__"] + discovered["__metrics_path__"]
        return query.isEmpty ? url : url + "?" + query.joined(separator: "&")
    }

    /// Percent-encoded but for RFC 3986's unreserved characters.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }

    /// A span as Prometheus' configuration writes the simple ones.
    private static func text(_ span: Duration) -> String {
        let milliseconds = span.milliseconds
        if milliseconds % 3_600_000 == 0 { return "\(milliseconds / 3_600_000)h" }
        if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000)m" }
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
