import Basics
import Ingest
import SignalModel

/// Target groups in a YAML file that discovery reads while the server runs: the form of `static_configs`, with the
/// same checks as the configuration, and mistakes named by place.
enum DiscoveredGroups {
    static func decodeYAML(_ bytes: [UInt8], _ path: String) throws(TargetGroupFile.Invalid) -> [TargetGroup] {
        guard bytes.count <= YAMLDocument.bytesMax else {
            throw TargetGroupFile.Invalid("a YAML file is at most \(YAMLDocument.bytesMax) bytes; JSON may be larger")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TargetGroupFile.Invalid("a YAML file must be UTF-8 text")
        }
        let problems = ConfigurationNode.Problems()
        let root = YAMLDocument.parse(text, file: path, problems: problems)
        let groups = root.map { ScrapeJobSettings.decodeGroups($0, source: path + ":", takesURLs: true) }
        if let first = problems.diagnostics.sorted().first {
            throw TargetGroupFile.Invalid("\(first.line):\(first.column): \(first.message)")
        }
        return groups ?? []
    }
}
