import Alerting
import Basics
import GoTemplates
import SignalModel

/// Alertmanager's own configuration file. Messages are Alertmanager's where it has one.
struct AlertmanagerFile {
    var files: ConfigurationFiles
    var settings = AlertmanagerSettings(
        routing: RoutingConfiguration(tree: RouteTree(RouteSettings()), receivers: [:]))
    var defaults = ReceiverDefaults()
    /// Template files that were read.
    var paths: [String] = []

    /// Template files that `templates:` may name; more are refused.
    private static let templateFilesMax = 200

    init(_ files: ConfigurationFiles) { self.files = files }

    mutating func decode(_ root: ConfigurationNode) {
        guard var reader = root.mapping() else { return }
        if let global = reader["global"] { decodeGlobal(global) }
        defaults.templates = decodeTemplates(reader["templates"])
        var intervals = AlertmanagerIntervals()
        for key in ["mute_time_intervals", "time_intervals"] { intervals.decode(reader[key]) }
        settings.routing.intervals = intervals.byName
        for node in reader["receivers"]?.list() ?? [] { decodeReceiver(node) }
        settings.routing.inhibitions = (reader["inhibit_rules"]?.list() ?? []).compactMap(Self.inhibition)
        var routes = AlertmanagerRoutes(
            receivers: Set(settings.routing.receivers.keys), intervals: Set(intervals.byName.keys))
        if let node = reader["route"] {
            if let route = routes.root(node) { settings.routing.tree = RouteTree(route) }
        } else {
            root.note("no routes provided")
        }
        reader.refuse("tracing", "set what Signalbox traces in its own file")
        reader.finish()
        settings.original = AlertmanagerOriginal.text(of: root.node)
    }

    private mutating func decodeGlobal(_ node: ConfigurationNode) {
        guard var reader = node.mapping() else { return }
        settings.resolveTimeout = reader["resolve_timeout"]?.duration() ?? settings.resolveTimeout
        defaults.decode(&reader, files)
        reader.finish()
    }

    private mutating func decodeTemplates(_ node: ConfigurationNode?) -> TemplateSet {
        var set = TemplateSet.alertmanager
        set.zone = { SystemZones.remembered($0) }
        for pattern in node?.list() ?? [] {
            guard let path = pattern.filePath() else { continue }
            // As in Alertmanager, a pattern that matches nothing is no mistake.
            for file in PathText.expand(path, in: files) where !paths.contains(file) {
                paths.append(file)
                if paths.count > Self.templateFilesMax {
                    pattern.note("\(pattern.path): more than \(Self.templateFilesMax) template files")
                    return set
                }
                do { try set.add(try files.yaml(file), file: file) } catch let error as TemplateError {
                    pattern.problems.note(
                        Diagnostic(file: file, line: error.line, column: error.column, message: error.message))
                } catch { pattern.note("\(pattern.path): \(file): \(error)") }
            }
        }
        return set
    }

    private static func inhibition(_ node: ConfigurationNode) -> InhibitionRule? {
        guard var reader = node.mapping() else { return nil }
        let sources = AlertmanagerMatchers.read(&reader, prefix: "source_")
        let targets = AlertmanagerMatchers.read(&reader, prefix: "target_")
        let equal = reader["equal"]?.strings() ?? []
        _ = reader["name"]?.string()
        reader.finish()
        return InhibitionRule(sources: sources, targets: targets, equal: equal)
    }
}
