import Basics
import Identity
import Response
import Rules
import TSDB

/// Reads the configuration file and all it names. `serve`, `check` and reload use nothing else.
package struct ConfigurationLoader: Sendable {
    private let files: ConfigurationFiles

    /// Files that `rules:` may name, and as many `objectives:`; more are refused.
    private static let filesMax = 1000
    /// More exemplars, some 300 bytes each in memory, are refused.
    private static let exemplarsMax = 10_000_000

    package init(files: ConfigurationFiles) { self.files = files }

    /// All problems of all files are in the error, sorted by file and place. Blocks on the disk.
    package func load(_ path: String) throws(ConfigurationError) -> SignalboxConfiguration {
        let problems = ConfigurationNode.Problems()
        let configuration = document(path, problems).map { decode($0, path, problems) }
        guard let configuration, problems.diagnostics.isEmpty else { throw ConfigurationError(problems.diagnostics) }
        return configuration
    }

    private func document(
        _ path: String, _ problems: ConfigurationNode.Problems, hasAliases: Bool = false
    ) -> ConfigurationNode? {
        do {
            return YAMLDocument.parse(
                try files.yaml(path), file: path, problems: problems, hasAliases: hasAliases)
        } catch {
            problems.note(Diagnostic(file: path, line: 0, column: 0, message: error.message))
            return nil
        }
    }

    private func decode(
        _ root: ConfigurationNode, _ path: String, _ problems: ConfigurationNode.Problems
    ) -> SignalboxConfiguration {
        var reader = root.mapping() ?? MappingReader(entries: [], owner: root)
        let server = ServerSettings.decode(reader["server"])
        let storage = decodeStorage(reader["storage"], path)
        let listeners = ListenerSettings.decode(reader["listeners"], server)
        let identity = IdentitySettings.decode(reader["auth"], server, listeners)
        let metrics = MetricsSettings.decode(reader["metrics"], files)
        if metrics.remote != nil, var storage = reader["storage"]?.mapping(), let exemplars = storage["exemplars"] {
            exemplars.note("storage.exemplars is of the store in process; with metrics.remote the backend decides")
        }
        let rules = loadRules(reader["rules"], metrics, problems)
        var logs = LogsSettings.decode(reader["logs"], files)
        logs.topic = KafkaDecoding.topic(reader["queue"], beside: logs.kafka, files)
        let traces = TracesSettings.decode(reader["traces"])
        let (paging, pagingFile) = loadPaging(reader["paging"], problems)
        let gate = GateConfiguration.decode(reader["gate"], files)
        let agreements = AgreementTargets.decode(reader["agreements"])
        let (alertmanager, alertmanagerFiles) = loadAlertmanager(reader["alerting"], problems)
        let objectives = loadObjectives(reader["objectives"], problems)
        reader.refuse("runbooks", Unsupported.message)
        reader.finish()
        return SignalboxConfiguration(
            server: server, listeners: listeners, storagePath: storage.path, exemplarsMax: storage.exemplars,
            identity: identity,
            metrics: metrics, logs: logs, traces: traces, ruleGroups: rules.groups, objectives: objectives.objectives,
            paging: paging, gate: gate, agreements: agreements, alertmanager: alertmanager,
            files: [path] + rules.files + objectives.files + pagingFile + alertmanagerFiles
                + logs.pipelines.map(\.path))
    }

    private func decodeStorage(_ node: ConfigurationNode?, _ path: String) -> (path: String, exemplars: Int) {
        var storage = (
            path: PathText.resolve("data", against: PathText.folder(of: path)),
            exemplars: DatabaseOptions().exemplarsMax
        )
        if var reader = node?.mapping() {
            storage.path = reader["path"]?.filePath() ?? storage.path
            if let node = reader["exemplars"], var exemplars = node.mapping() {
                storage.exemplars =
                    exemplars["max_exemplars"]?.integer(in: 0...Self.exemplarsMax) ?? storage.exemplars
                exemplars.finish()
            }
            reader.finish()
        }
        return storage
    }

    private func loadObjectives(
        _ node: ConfigurationNode?, _ problems: ConfigurationNode.Problems
    ) -> (objectives: [Objective], files: [String]) {
        let paths = files.paths(node?.list() ?? [], "files of objectives", max: Self.filesMax)
        var documents = OpenSLOFiles()
        for path in paths {
            do {
                let text = try files.yaml(path)
                for root in YAMLDocument.parseAll(text, file: path, problems: problems) { documents.take(root) }
            } catch {
                problems.note(Diagnostic(file: path, line: 0, column: 0, message: error.message))
            }
        }
        return (documents.decode(), paths)
    }

    private func loadRules(
        _ node: ConfigurationNode?, _ metrics: MetricsSettings, _ problems: ConfigurationNode.Problems
    ) -> (groups: [RuleGroup], files: [String]) {
        var groups: [RuleGroup] = []
        let paths = files.paths(node?.list() ?? [], "rule files", max: Self.filesMax)
        for path in paths {
            guard let root = document(path, problems) else { continue }
            groups += RuleFile.decode(root, metrics)
        }
        return (groups, paths)
    }

    private func loadAlertmanager(
        _ node: ConfigurationNode?, _ problems: ConfigurationNode.Problems
    ) -> (AlertmanagerSettings?, [String]) {
        guard let node, var reader = node.mapping() else { return (nil, []) }
        let file = reader.required("config")
        reader.finish()
        guard let file, let path = file.filePath() else { return (nil, []) }
        guard files.exists(path) else {
            file.note("\(file.path): there is no file \(path)")
            return (nil, [])
        }
        // Alertmanager reads them, so files have them.
        guard let root = document(path, problems, hasAliases: true) else { return (nil, []) }
        var decoder = AlertmanagerFile(files)
        decoder.decode(root)
        return (decoder.settings, [path] + decoder.paths)
    }

    private func loadPaging(
        _ node: ConfigurationNode?, _ problems: ConfigurationNode.Problems
    ) -> (PagingSettings, [String]) {
        guard let node, var reader = node.mapping() else { return (PagingSettings(), []) }
        let file = reader.required("file")
        reader.finish()
        guard let file, let path = file.filePath() else { return (PagingSettings(), []) }
        guard files.exists(path) else {
            file.note("\(file.path): there is no file \(path)")
            return (PagingSettings(), [])
        }
        guard let root = document(path, problems) else { return (PagingSettings(), []) }
        return (PagingSettings.decode(root, files), [path])
    }
}
