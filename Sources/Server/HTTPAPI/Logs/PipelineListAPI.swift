import Basics
import Hummingbird
import Identity
package import Pipeline
import WireFormats

/// `/ops/v1/logs/pipelines`: which ingest pipelines there are, where they come from and what uses them. What they do is
/// told and changed by Elasticsearch's API.
package struct PipelineListAPI: Sendable {
    private let objects: StoredObjects
    private let pipelines: PipelineProcessing
    private let assignments: PipelineAssignments

    package init(objects: StoredObjects, pipelines: PipelineProcessing, assignments: PipelineAssignments) {
        self.objects = objects
        self.pipelines = pipelines
        self.assignments = assignments
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/ops/v1/logs/pipelines", .viewOperations, "Ingest pipelines and what uses them", list)
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let (running, uses) = (pipelines.current, assignments.uses)
        var json = JSONWriter()
        json.object { json in
            json.key("pipelines")
            json.array { json in
                for object in objects.all(.pipeline) {
                    json.object { json in
                        write(
                            object, isRun: running[object.name] != nil, uses.filter { $0.pipeline == object.name },
                            &json)
                    }
                }
            }
        }
        return .json(json)
    }

    private func write(
        _ object: StoredObject, isRun: Bool, _ uses: [PipelineAssignments.Use], _ json: inout JSONWriter
    ) {
        let body = try? JSONValue(parsing: Array(object.body.utf8))
        json.key("name")
        json.string(object.name)
        if let description = body?["description"]?.text {
            json.key("description")
            json.string(description)
        }
        json.key("processors")
        json.integer(body?["processors"]?.elements?.count ?? 0)
        if let path = objects.file(of: .pipeline, object.name) {
            json.key("file")
            json.string(path)
        } else {
            json.key("changed_at")
            json.string(RFC3339.format(Timestamp(milliseconds: object.changedAt)))
        }
        // What this version cannot read stays as it is, and documents that ask for it become dead letters.
        json.key("is_run")
        json.bool(isRun)
        json.key("used_by")
        json.array { json in
            for use in uses {
                json.object { json in
                    json.key("indices")
                    json.array { json in for pattern in use.indices { json.string(pattern) } }
                    json.key("as")
                    json.string(use.isFinal ? "final_pipeline" : "default_pipeline")
                    json.key("by")
                    json.string(use.source)
                }
            }
        }
    }
}
