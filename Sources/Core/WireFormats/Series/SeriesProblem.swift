/// Why a series' labels cannot be taken.
package enum SeriesProblem: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case noMetricName
    case emptyLabelName
    case duplicateLabelName
    case invalidUTF8
    case tooManyLabels
    case labelNameTooLong
    case labelValueTooLong
    /// Of remote write 2.0.
    case badSymbolReference
    case noSamples

    package var description: String {
        switch self {
        case .noMetricName: "no metric name"
        case .emptyLabelName: "a label without a name"
        case .duplicateLabelName: "a label name that is not unique"
        case .invalidUTF8: "a label that is not valid UTF-8"
        case .tooManyLabels: "more than \(SeriesLimits.labelsMax) labels"
        case .labelNameTooLong: "a label name longer than \(SeriesLimits.nameBytesMax) bytes"
        case .badSymbolReference: "a label that refers to no symbol"
        case .noSamples: "neither samples nor histograms"
        case .labelValueTooLong: "a label value longer than \(SeriesLimits.valueBytesMax) bytes"
        }
    }
}
