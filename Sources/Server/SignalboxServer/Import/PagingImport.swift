import Basics
import FoundationEssentials

/// `signalbox import`: another system's export as pieces of a paging file.
package enum PagingImport {
    package enum Source: String, CaseIterable, Sendable { case pagerduty, opsgenie, oncall, alertmanager }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// A larger export is something else.
    private static let bytesMax = 64 << 20

    /// The YAML, and what came along and what did not. Blocks on the disk.
    package static func run(_ source: Source, _ path: String) throws -> (yaml: String, report: String) {
        let bytes: [UInt8]
        do { bytes = try PosixFileSystem().read(path, bytesMax: bytesMax) } catch {
            throw Failure(description: "\(path): \(error.message)")
        }
        let imported = try read(source, bytes, path, now: SystemClock().now())
        return (imported.yaml, imported.report)
    }

    /// An existing file stays: somebody may have worked on it.
    package static func write(_ yaml: String, to path: String) throws {
        guard !PosixFileSystem().exists(path) else { throw Failure(description: "\(path) is there already") }
        do { try PosixFileSystem().replace(path, with: Array(yaml.utf8)) } catch {
            throw Failure(description: "\(path): \(error.message)")
        }
    }

    static func read(_ source: Source, _ bytes: [UInt8], _ path: String, now: Timestamp) throws -> ImportedPaging {
        if source == .alertmanager {
            let problems = ConfigurationNode.Problems()
            let root = YAMLDocument.parse(
                String(decoding: bytes, as: UTF8.self), file: path, problems: problems, hasAliases: true)
            guard let root, problems.diagnostics.isEmpty else { throw ConfigurationError(problems.diagnostics) }
            let imported = AlertmanagerImport.read(root)
            if !problems.diagnostics.isEmpty { throw ConfigurationError(problems.diagnostics) }
            return imported
        }
        let json: JSONValue
        do { json = try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) } catch {
            throw Failure(description: "\(path): this is no JSON; export it by the API of \(source.rawValue)")
        }
        switch source {
        case .pagerduty: return PagerDutyImport.read(json, now: now)
        case .opsgenie: return OpsgenieImport.read(json, now: now)
        case .oncall, .alertmanager: return GrafanaOnCallImport.read(json, now: now)
        }
    }
}
