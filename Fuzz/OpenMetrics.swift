import Basics
import SignalModel
import WireFormats

/// Any bytes as an OpenMetrics page: refused at a place inside it, or samples whose label sets keep their promises.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = UnsafeRawBufferPointer(start: data, count: count)
    var parser = OpenMetricsParser()
    var batch = ScrapeBatch()
    do throws(WireFormatError) {
        try parser.parse(text, at: .epoch, into: &batch)
    } catch {
        guard case .line(let line, let column) = error.place else { preconditionFailure("\(error)") }
        precondition(line >= 1 && line <= count + 2 && column >= 1 && column <= count + 1)
        return 0
    }
    for entry in batch.samples.entries {
        let pairs = batch.samples.labels(of: entry).pairs
        precondition(pairs.contains { $0.name == Labels.metricName })
        precondition(pairs.allSatisfy { !$0.name.isEmpty })
    }
    return 0
}
