import Logs
import Pipeline

/// DISSECT and GROK by the patterns of pipelines, as the program puts them together.
enum PipelinePatterns {
    static func extractor(_ wanted: PipeExtraction) throws -> PipeExtractor {
        let pattern =
            switch wanted.kind {
            case .dissect(let separator):
                try TextPattern(dissect: wanted.patterns[0], appendSeparator: separator)
            case .grok: try TextPattern(grok: wanted.patterns)
            }
        return PipeExtractor(columns: pattern.columns) { try pattern.match($0) }
    }
}
