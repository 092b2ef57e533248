import Basics
package import Pipeline
import Synchronization
import WireFormats

/// Which pipelines the stored templates and indices name for an index.
package final class PipelineAssignments: Sendable {
    /// That indices of some names ask for a pipeline.
    struct Use: Sendable, Hashable {
        var pipeline: String
        /// Names of indices, with `*`.
        var indices: [String]
        var isFinal: Bool
        /// Which object says so, in words.
        var source: String
    }

    private struct Assignment: Sendable {
        /// Names of indices, with `*`.
        var patterns: [String]
        /// Of several that match, the highest counts.
        var priority: Int
        var pipelines: PipelineProcessing.IndexPipelines
        var source: String
    }

    /// Asks for no pipeline at all.
    static let none = "_none"

    /// Highest priority first.
    private let assignments = Mutex<[Assignment]>([])

    package init() {}

    package func pipelines(of index: String) -> PipelineProcessing.IndexPipelines {
        let all = assignments.withLock { $0 }
        let found = all.first { $0.patterns.contains { Wildcard.matches(index, $0) } }
        return found?.pipelines ?? PipelineProcessing.IndexPipelines()
    }

    /// In the order in which they count.
    var uses: [Use] {
        assignments.withLock { $0 }.flatMap { one in
            [(one.pipelines.initial, false), (one.pipelines.final, true)].compactMap { name, isFinal in
                name.map { Use(pipeline: $0, indices: one.patterns, isFinal: isFinal, source: one.source) }
            }
        }
    }

    package func read(_ objects: StoredObjects) {
        let sorted = Self.all(of: objects).sorted { $0.priority > $1.priority }
        assignments.withLock { $0 = sorted }
    }

    private static func all(of objects: StoredObjects) -> [Assignment] {
        var found: [Assignment] = []
        let components = Dictionary(
            uniqueKeysWithValues: objects.all(.componentTemplate).map { ($0.name, value($0.body)) })
        for object in objects.all(.indexTemplate) {
            let body = value(object.body)
            var settings = Settings()
            for name in body?["composed_of"]?.elements ?? [] {
                if let name = name.text, let component = components[name] ?? nil {
                    settings.take(component["template"]?["settings"])
                }
            }
            settings.take(body?["template"]?["settings"])
            let priority = body?["priority"]?.scalarText.flatMap { Int($0) } ?? 0
            settings.add(patterns(body), priority: priority, "index template \(object.name)", to: &found)
        }
        for object in objects.all(.legacyTemplate) {
            let body = value(object.body)
            var settings = Settings()
            settings.take(body?["settings"])
            // Below every template of the newer kind.
            let order = body?["order"]?.scalarText.flatMap { Int($0) } ?? 0
            settings.add(patterns(body), priority: order - 1_000_000, "template \(object.name)", to: &found)
        }
        for object in objects.all(.index) {
            var settings = Settings()
            settings.take(value(object.body)?["settings"])
            // Without pipelines of its own those of its template hold.
            guard settings.defaultPipeline != nil || settings.finalPipeline != nil else { continue }
            settings.add([object.name], priority: .max, "index \(object.name)", to: &found)
        }
        return found
    }

    private struct Settings {
        var defaultPipeline: String?
        var finalPipeline: String?

        /// `{"index":{"default_pipeline":…}}`, `{"index.default_pipeline":…}` or without `index`.
        mutating func take(_ settings: JSONValue?) {
            for object in [settings, settings?["index"]] {
                for prefix in ["", "index."] {
                    defaultPipeline = object?[prefix + "default_pipeline"]?.text ?? defaultPipeline
                    finalPipeline = object?[prefix + "final_pipeline"]?.text ?? finalPipeline
                }
            }
        }

        func add(_ patterns: [String], priority: Int, _ source: String, to found: inout [Assignment]) {
            // Also without pipelines: it may stand before one that has some.
            found.append(
                Assignment(
                    patterns: patterns, priority: priority,
                    pipelines: .init(initial: defaultPipeline, final: finalPipeline), source: source))
        }
    }

    private static func patterns(_ body: JSONValue?) -> [String] {
        if let list = body?["index_patterns"]?.elements { return list.compactMap(\.text) }
        return (body?["index_patterns"]?.text).map { [$0] } ?? []
    }

    private static func value(_ text: String) -> JSONValue? { try? JSONValue(parsing: Array(text.utf8)) }
}
