import Basics
import SignalModel
import WireFormats

/// Reads a target's answers, whichever format each is in.
struct ScrapeParser: Sendable {
    private let negotiation: ScrapeNegotiation
    private var text: TextExpositionParser
    private var openMetrics: OpenMetricsParser
    private var protobuf: ProtobufExpositionParser

    init(_ configuration: ScrapeConfiguration) {
        negotiation = configuration.negotiation
        text = TextExpositionParser(honorsTimestamps: configuration.honorTimestamps)
        openMetrics = OpenMetricsParser(honorsTimestamps: configuration.honorTimestamps)
        var options = ProtobufExpositionParser.Options()
        options.honorsTimestamps = configuration.honorTimestamps
        options.readsNativeHistograms = configuration.negotiation.readsNativeHistograms
        options.keepsClassicHistograms = configuration.negotiation.keepsClassicHistograms
        protobuf = ProtobufExpositionParser(options)
    }

    /// Replaces what is in `batch`. When it throws, `batch` holds an arbitrary part.
    mutating func parse(
        _ answer: ScrapeAnswer, at time: Timestamp, into batch: inout ScrapeBatch
    ) throws(ScrapeFailure) {
        let format = try negotiation.format(of: answer.contentType)
        do throws(WireFormatError) {
            switch format {
            case .text: try text.parse(answer.body, at: time, into: &batch)
            case .openMetrics: try openMetrics.parse(answer.body, at: time, into: &batch)
            case .protobuf: try protobuf.parse(answer.body, at: time, into: &batch)
            }
            if negotiation.convertsClassicHistograms {
                batch.convertClassicHistograms(keepsClassic: negotiation.keepsClassicHistograms)
            }
        } catch { throw .invalid("\(error)") }
    }
}
