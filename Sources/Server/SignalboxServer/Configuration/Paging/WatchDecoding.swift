import Basics
import Notifiers
import Response
import SignalModel
import WireFormats

/// `heartbeats`, `no_data_after`, `flapping`, `drill` and `beat` of the paging file.
enum WatchDecoding {
    /// More are refused.
    private static let heartbeatsMax = 1000
    /// Labels that the alarm has by itself.
    private static let ownLabels = ["alertname", "heartbeat", "severity"]

    static func decode(
        _ reader: inout MappingReader, _ names: PagingNames, _ files: ConfigurationFiles,
        _ events: inout EventSettings
    ) -> WatchSettings {
        var settings = WatchSettings()
        if let node = reader["heartbeats"] { decodeHeartbeats(node, &settings.policy, &events) }
        if let after = reader["no_data_after"]?.duration(minimum: .seconds(60)) {
            settings.policy.noDataAfterMilliseconds = after.milliseconds
        }
        if let node = reader["flapping"] { decodeFlapping(node, &settings.policy.flapping) }
        settings.policy.drill = reader["drill"].flatMap { drill($0, names) }
        settings.beat = reader["beat"].flatMap { beat($0, files) }
        return settings
    }

    private static func decodeHeartbeats(
        _ node: ConfigurationNode, _ policy: inout WatchPolicy, _ events: inout EventSettings
    ) {
        guard var reader = node.mapping() else { return }
        let entries = reader.all()
        if entries.count > heartbeatsMax { node.note("\(node.path): at most \(heartbeatsMax) heartbeats") }
        for entry in entries.prefix(heartbeatsMax) {
            guard var inner = entry.value.mapping() else { continue }
            let every = inner.required("every")?.duration(minimum: .seconds(1))
            let grace = inner["grace"]?.duration() ?? .zero
            let severity = inner["severity"]?.choice(Severity.self) ?? .p1
            var labels: [String: String] = [:]
            if let node = inner["labels"] {
                for (name, value) in node.labels().pairs { labels[name] = value }
                for name in ownLabels where labels[name] != nil {
                    node.note("\(node.path): \(name) is set by Signalbox itself")
                }
            }
            if let by = inner["beaten_by"] {
                let wanted = by.labels()
                if wanted.isEmpty { by.note("\(by.path): needs a label, such as alertname: Watchdog") }
                events.beatenBy[entry.name] = wanted
            }
            inner.finish()
            guard let every else { continue }
            policy.heartbeats[entry.name] = WatchPolicy.Heartbeat(
                everyMilliseconds: every.milliseconds, graceMilliseconds: grace.milliseconds, severity: severity,
                labels: labels)
        }
    }

    private static func decodeFlapping(_ node: ConfigurationNode, _ policy: inout WatchPolicy.Flapping) {
        guard var reader = node.mapping() else { return }
        policy.changes = reader["changes"]?.integer(in: 2...100) ?? policy.changes
        let window = reader["window"]?.duration(minimum: .seconds(10))
        policy.windowMilliseconds = window?.milliseconds ?? policy.windowMilliseconds
        let holdDown = reader["hold_down"]?.duration(minimum: .seconds(1))
        policy.holdDownMilliseconds = holdDown?.milliseconds ?? policy.holdDownMilliseconds
        reader.finish()
    }

    private static func drill(_ node: ConfigurationNode, _ names: PagingNames) -> WatchPolicy.Drill? {
        guard var reader = node.mapping() else { return nil }
        var drill = WatchPolicy.Drill(
            people: names.people(in: reader["people"]), channels: names.channels(in: reader["channels"]))
        if drill.people.isEmpty, drill.channels.isEmpty {
            node.note("\(node.path): give people or channels: a drill is for somebody")
        }
        let every = reader["every"]
        drill.everyMilliseconds = every?.duration(minimum: .seconds(60))?.milliseconds
        if let at = reader["at"] {
            drill.atMilliseconds = timeOfDay(at)
            if every == nil { at.note("\(at.path): needs every beside it, such as every: 7d") }
        }
        drill.acknowledgeWithinMilliseconds =
            reader["acknowledge_within"]?.duration(minimum: .seconds(1))?.milliseconds
        if drill.acknowledgeWithinMilliseconds != nil, drill.people.isEmpty, let within = reader["acknowledge_within"]
        {
            within.note("\(within.path): needs people, who can acknowledge")
        }
        if let all = drill.everyMilliseconds, let within = drill.acknowledgeWithinMilliseconds, within >= all {
            node.note("\(node.path): acknowledge_within must be shorter than every")
        }
        reader.finish()
        return drill
    }

    /// `09:30`, in UTC.
    private static func timeOfDay(_ node: ConfigurationNode) -> Int64? {
        let parts = (node.scalarText ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
        else {
            node.expected("a time of the day in UTC such as \"09:30\", in quotes")
            return nil
        }
        return (hour * 60 + minute) * 60_000
    }

    private static func beat(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> BeatSettings? {
        guard var reader = node.mapping() else { return nil }
        let place = reader.required("url")
        let url = place?.secret(files)
        let every = reader["every"]?.duration(minimum: .seconds(1)) ?? .seconds(60)
        let method = reader["method"]?.choice(OutwardBeat.Method.self) ?? .post
        reader.finish()
        guard let url else { return nil }
        if !OutwardBeat.isURL(url) { place?.note("\(node.path).url needs http:// or https:// and a host") }
        return BeatSettings(url: url, every: every, method: method)
    }
}
