import Basics
package import SignalModel

/// One address to ask, with the labels its series carry.
package struct ScrapeTarget: Sendable {
    /// What it was found with: its address and all that configuration says, labels that begin with `__` included.
    package let discovered: Labels
    /// After relabelling: `job`, `instance` and what discovery and rules gave it.
    package let labels: Labels
    package let url: String
    package let interval: Duration
    package let timeout: Duration
    /// Its job, without where the job's targets come from: a change to other targets is none to this one.
    package let configuration: ScrapeConfiguration

    /// Why what was found cannot be scraped, in Prometheus' words.
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    /// Nil when a rule drops it.
    init?(discovered: Labels, _ configuration: ScrapeConfiguration) throws(Invalid) {
        guard let relabelled = configuration.relabelling.applied(to: discovered) else { return nil }
        let address = relabelled[TargetLabelName.address]
        if address.isEmpty { throw Invalid(description: "no address") }
        if address.utf8.contains(UInt8(ascii: "/")) {
            throw Invalid(description: "\(quoted(address)) is not a valid hostname")
        }
        interval = try Self.duration(relabelled[TargetLabelName.interval], "interval")
        timeout = try Self.duration(relabelled[TargetLabelName.timeout], "timeout")
        if timeout > interval {
            let texts = [TargetLabelName.timeout, TargetLabelName.interval].map { quoted(relabelled[$0]) }
            throw Invalid(
                description: "scrape timeout cannot be greater than scrape interval (\(texts[0]) > \(texts[1]))")
        }
        var builder = LabelsBuilder(relabelled)
        for (name, _) in relabelled.pairs where name.hasPrefix(TargetLabelName.reservedPrefix) {
            builder.remove(name)
        }
        if !relabelled.contains(TargetLabelName.instance) { builder.set(TargetLabelName.instance, address) }
        labels = builder.labels()
        url = TargetURL.text(of: relabelled, configuration.parameters)
        self.discovered = discovered
        self.configuration = configuration
    }

    private static func duration(_ text: String, _ what: String) throws(Invalid) -> Duration {
        let milliseconds: Int64
        do { milliseconds = try DurationText.milliseconds(text) } catch {
            throw Invalid(description: "error parsing scrape \(what): \(error)")
        }
        if milliseconds == 0 { throw Invalid(description: "scrape \(what) cannot be 0") }
        return .milliseconds(milliseconds)
    }
}

/// What it was found with is not part of what a target is: a pod's new annotation, of which relabelling makes
/// nothing, does not disturb its scrapes.
extension ScrapeTarget: Hashable {
    package static func == (left: ScrapeTarget, right: ScrapeTarget) -> Bool {
        left.url == right.url && left.labels == right.labels && left.interval == right.interval
            && left.timeout == right.timeout && left.configuration == right.configuration
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(url)
        hasher.combine(labels)
    }
}
