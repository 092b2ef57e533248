import SignalModel
import WireFormats

/// Any bytes as a request of either version: refused, or a batch whose label sets keep their promises, with forced labels or
/// without.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let message = UnsafeRawBufferPointer(start: data, count: count)
    let forcings = [Labels.empty, Labels([("cluster", "c"), ("environment", "prod")])]
    for (forced, isVersion2) in forcings.flatMap({ [($0, false), ($0, true)] }) {
        var decoder = RemoteWriteDecoder(forcedLabels: forced)
        var batch = SampleBatch()
        do {
            if isVersion2 {
                try decoder.decodeVersion2(message, into: &batch)
            } else {
                try decoder.decode(message, into: &batch)
            }
        } catch { continue }
        for entry in batch.entries {
            let pairs = batch.labels(of: entry).pairs
            precondition(pairs.contains { $0.name == Labels.metricName })
            precondition(pairs.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty })
            precondition(
                zip(pairs, pairs.dropFirst()).allSatisfy { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
            precondition(forced.pairs.allSatisfy { label in pairs.contains { $0 == label } })
        }
    }
    return 0
}
