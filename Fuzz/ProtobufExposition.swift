import Basics
import SignalModel
import WireFormats

/// Any bytes as a page of metric families: refused at a byte inside it, or samples whose label sets keep their promises.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let message = UnsafeRawBufferPointer(start: data, count: count)
    var options = ProtobufExpositionParser.Options()
    options.keepsClassicHistograms = true
    var parser = ProtobufExpositionParser(options)
    var batch = ScrapeBatch()
    do throws(WireFormatError) {
        try parser.parse(message, at: .epoch, into: &batch)
    } catch {
        guard case .byte(let offset) = error.place else { preconditionFailure("\(error)") }
        precondition(offset >= 0 && offset <= count)
        return 0
    }
    for entry in batch.samples.entries {
        let pairs = batch.samples.labels(of: entry).pairs
        precondition(pairs.contains { $0.name == Labels.metricName })
        precondition(pairs.allSatisfy { !$0.name.isEmpty })
    }
    precondition(batch.samples.histograms.allSatisfy { $0.problem == nil })
    return 0
}
