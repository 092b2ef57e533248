import SignalModel
import WireFormats

/// Any bytes as an OTLP request, in protobuf or in JSON: refused, or a batch whose label sets keep their promises.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data, count > 0 else { return 0 }
    let message = UnsafeRawBufferPointer(start: data + 1, count: count - 1)
    var translation = OTLPTranslation()
    translation.strategy = data[0] & 1 == 0 ? .underscoreEscapingWithSuffixes : .noUTF8EscapingWithSuffixes
    translation.promotesAllAttributes = data[0] & 2 != 0
    translation.promotesScope = data[0] & 4 != 0
    translation.convertsHistograms = data[0] & 8 != 0
    let forced = Labels([("cluster", "c")])
    var decoder = OTLPMetricsDecoder(translation, forcedLabels: forced)
    var batch = OTLPBatch()
    do {
        if data[0] & 16 == 0 {
            try decoder.decode(message, into: &batch)
        } else {
            try decoder.decode(try OTLPMetricsJSON.protobuf(Array(message)), into: &batch)
        }
    } catch { return 0 }
    precondition(batch.increments.allSatisfy { batch.samples.entries.indices.contains($0.entry) })
    for entry in batch.samples.entries {
        let pairs = batch.samples.labels(of: entry).pairs
        precondition(pairs.contains { $0.name == Labels.metricName })
        precondition(pairs.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty })
        precondition(zip(pairs, pairs.dropFirst()).allSatisfy { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        precondition(pairs.contains { $0 == ("cluster", "c") })
    }
    return 0
}
