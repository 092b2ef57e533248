import HTTPTypes
import Logs

extension ElasticsearchError {
    /// Why a search has no answer, by the names and statuses that Elasticsearch has for it.
    init(_ error: LogQueryError) {
        let (status, type): (HTTPResponse.Status, String) =
            switch error.code {
            case .syntax, .badFilter: (.badRequest, "query_shard_exception")
            case .malformed: (.badRequest, "parsing_exception")
            case .argument, .tooLarge, .overRows: (.badRequest, "illegal_argument_exception")
            case .tooManyBuckets: (.badRequest, "too_many_buckets_exception")
            case .overMemory: (.tooManyRequests, "circuit_breaking_exception")
            case .cancelled: (.badRequest, "task_cancelled_exception")
            case .overTime: (.requestTimeout, "timeout_exception")
            case .damaged: (.internalServerError, "exception")
            }
        self.init(status, type, error.description)
    }
}
