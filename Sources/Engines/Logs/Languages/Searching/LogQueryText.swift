/// A query as somebody wrote it.
package enum LogQueryText {
    package enum Language: String, Sendable, CaseIterable {
        case kql
        case lucene
    }

    package static func filter(
        _ text: String, _ language: Language, _ context: LogQueryContext
    ) throws(LogQueryError) -> LogFilter {
        switch language {
        case .kql: try KQLParser.filter(text, context)
        case .lucene:
            // An empty line asks for everything, unlike an empty `query_string`.
            text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
                ? .all : try LuceneParser.filter(text, LuceneOptions(), context)
        }
    }
}

extension LogQueryContext {
    /// A time as queries write it: ISO 8601, milliseconds since 1970, `now-15m/m`.
    package func instant(_ text: String, roundingUp: Bool) throws(LogQueryError) -> Int64 {
        try DateMath(self).resolve(text, roundingUp: roundingUp)
    }
}

extension LogQueryText {
    /// A length of time as `30s`, `5m`, `1h`, `1d`, `500ms`.
    package static func nanoseconds(of text: String) throws(LogQueryError) -> Int64 {
        try DateInterval.nanoseconds(text, least: 1_000_000)
    }
}
