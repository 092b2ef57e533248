import Pipeline
import SignalModel
import WireFormats

/// A pipeline as a file: Elasticsearch's definition in JSON, named as the file without `.json`.
package struct PipelineFile: Sendable, Hashable {
    package var name: String
    package var path: String
    package var text: String
}

/// `logs.pipelines:` files of pipelines.
enum PipelineFiles {
    /// More are refused.
    static let filesMax = 1000
    private static let suffix = ".json"

    /// Each is checked as if it had come by the API.
    static func decode(
        _ node: ConfigurationNode?, _ files: ConfigurationFiles, _ resources: PipelineResources
    ) -> [PipelineFile] {
        guard let node else { return [] }
        var found: [PipelineFile] = []
        for path in files.paths(node.listOrOne(), "files of pipelines", max: filesMax) {
            let note = { (line: Int, column: Int, message: String) in
                node.problems.note(Diagnostic(file: path, line: line, column: column, message: message))
            }
            guard let name = name(of: path) else {
                note(0, 0, "a pipeline's file is named as the pipeline, with \(suffix) behind")
                continue
            }
            if let other = found.first(where: { $0.name == name }) {
                note(0, 0, "\(other.path) has the pipeline \(name) already")
                continue
            }
            do {
                let file = PipelineFile(name: name, path: path, text: try files.json(path))
                if let problem = problem(of: file, resources) {
                    note(problem.line, problem.column, problem.message)
                } else {
                    found.append(file)
                }
            } catch { note(0, 0, error.message) }
        }
        return found
    }

    private static func name(of path: String) -> String? {
        let file = path.split(separator: "/").last ?? ""
        guard file.hasSuffix(suffix), file.utf8.count > suffix.utf8.count else { return nil }
        return String(file.dropLast(suffix.count))
    }

    private static func problem(
        of file: PipelineFile, _ resources: PipelineResources
    ) -> (line: Int, column: Int, message: String)? {
        let definition: DocumentObject
        do throws(WireFormatError) { definition = try DocumentReader.object(Array(file.text.utf8)) } catch {
            guard case .byte(let offset) = error.place else { return (0, 0, error.message) }
            let before = file.text.utf8.prefix(offset)
            let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) }
            let inLine = String(before[(lineStart ?? before.startIndex)...]) ?? ""
            return (
                1 + before.count { $0 == UInt8(ascii: "\n") }, 1 + inLine.unicodeScalars.count, error.message
            )
        }
        do throws(PipelineDefinitionError) {
            _ = try Pipeline(name: file.name, definition, resources: resources)
            return nil
        } catch { return (0, 0, (error.path.isEmpty ? "" : error.path + ": ") + error.description) }
    }
}
