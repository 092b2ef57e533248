import SignalModel

/// What a request that deletes may say. Whatever would narrow it down and is not understood must not be read over: more
/// would be gone than was asked for.
enum DeletionRequest {
    private static let bodyNames: Set<String> = ["query", "conflicts"]
    private static let parameterNames: Set<String> = [
        "q", "df", "default_operator", "conflicts", "ignore_unavailable", "allow_no_indices", "expand_wildcards",
        "wait_for_completion", "wait_for_active_shards", "refresh", "timeout", "search_timeout", "scroll",
        "scroll_size", "requests_per_second", "slices", "request_cache", "preference", "search_type", "pretty",
        "human", "error_trace", "filter_path",
    ]

    private static let indexParameterNames: Set<String> = [
        "ignore_unavailable", "allow_no_indices", "expand_wildcards", "timeout", "master_timeout", "pretty", "human",
        "error_trace", "filter_path",
    ]

    static func check(_ body: DocumentObject, _ form: FormParameters) throws(ElasticsearchError) {
        for name in body.members.map(\.name) where !bodyNames.contains(name) { throw refusal(name) }
        for name in form.entries.map(\.name) where !parameterNames.contains(name) { throw refusal(name) }
    }

    /// Of `DELETE /index`.
    static func check(index form: FormParameters) throws(ElasticsearchError) {
        for name in form.entries.map(\.name) where !indexParameterNames.contains(name) { throw refusal(name) }
    }

    /// Names that say nothing, or only what not, would stand for all.
    static func check(indices text: String) throws(ElasticsearchError) {
        let names = text.split(separator: ",")
        guard let first = names.first, !first.hasPrefix("-") else {
            throw .badArgument("[\(text)] does not say in which indices to delete: [_all] or [*] is all of them")
        }
    }

    private static func refusal(_ name: String) -> ElasticsearchError {
        .badArgument("[\(name)] is not supported by a deletion: all that the query finds in the indices is deleted")
    }
}
