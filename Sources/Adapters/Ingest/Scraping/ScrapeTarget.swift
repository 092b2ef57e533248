import Basics
package import SignalModel

/// One address to ask, with the labels its series carry.
package struct ScrapeTarget: Sendable, Hashable {
    /// What it was found with: its address and all that configuration says, labels that begin with `__` included.
    package let discovered: Labels
    /// `job`, `instance` and the group's labels.
    package let labels: Labels
    package let url: String
    /// Its job, without where the job's targets come from: a change to other targets is none to this one.
    package let configuration: ScrapeConfiguration

    /// All targets of a job, each once.
    package static func all(of configuration: ScrapeConfiguration, in groups: [TargetGroup]) -> [ScrapeTarget] {
        var own = configuration
        own.discoveries = []
        var known: Set<ScrapeTarget> = []
        var result: [ScrapeTarget] = []
        for group in groups {
            for labels in group.targets {
                let target = ScrapeTarget(discovered(labels, group, own), own)
                if known.insert(target).inserted { result.append(target) }
            }
        }
        return result
    }

    /// Prometheus' labels of a target before relabelling. What was found overrides what its job says.
    private static func discovered(
        _ labels: Labels, _ group: TargetGroup, _ configuration: ScrapeConfiguration
    ) -> Labels {
        var builder = LabelsBuilder()
        builder.set(TargetLabelName.metricsPath, configuration.metricsPath)
        builder.set(TargetLabelName.scheme, configuration.scheme)
        builder.set(TargetLabelName.interval, text(configuration.interval))
        builder.set(TargetLabelName.timeout, text(configuration.timeout))
        builder.set(TargetLabelName.job, configuration.jobName)
        for (name, values) in configuration.parameters {
            if let first = values.first { builder.set(TargetLabelName.parameterPrefix + name, first) }
        }
        for (name, value) in group.labels.pairs { builder.set(name, value) }
        for (name, value) in labels.pairs { builder.set(name, value) }
        return builder.labels()
    }

    /// From the labels it was found with to the ones it keeps. Relabelling will happen here, and may then refuse.
    private init(_ discovered: Labels, _ configuration: ScrapeConfiguration) {
        self.discovered = discovered
        self.configuration = configuration
        url = Self.url(discovered, configuration)
        var builder = LabelsBuilder(discovered)
        for (name, _) in discovered.pairs where name.hasPrefix(TargetLabelName.reservedPrefix) {
            builder.remove(name)
        }
        if !discovered.contains(TargetLabelName.instance) {
            builder.set(TargetLabelName.instance, discovered[TargetLabelName.address])
        }
        labels = builder.labels()
    }

    private static func url(_ discovered: Labels, _ configuration: ScrapeConfiguration) -> String {
        var parameters = configuration.parameters
        for (name, value) in discovered.pairs where name.hasPrefix(TargetLabelName.parameterPrefix) {
            let key = String(name.dropFirst(TargetLabelName.parameterPrefix.count))
            // The label stands for the first value, as in Prometheus.
            parameters[key] = [value] + (parameters[key] ?? []).dropFirst()
        }
        let query = parameters.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { escaped(name) + "=" + escaped($0) }
        }
        let url =
            discovered[TargetLabelName.scheme] + "://" + discovered[TargetLabelName.address]
            + discovered[TargetLabelName.metricsPath]
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
