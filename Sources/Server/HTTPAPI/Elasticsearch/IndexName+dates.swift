import HTTPTypes
import Logs
import Pipeline

extension IndexName {
    /// The name with its date math worked out at the present time. Throws when it may be none.
    static func resolved(_ name: String, _ context: LogQueryContext) throws(ElasticsearchError) -> String {
        let resolved: String
        do { resolved = try DatedName.resolved(name, context) } catch {
            throw ElasticsearchError(.badRequest, "parse_exception", error.message)
        }
        if let refusal = refusal(resolved) {
            throw ElasticsearchError(.badRequest, "invalid_index_name_exception", refusal)
        }
        return resolved
    }
}
