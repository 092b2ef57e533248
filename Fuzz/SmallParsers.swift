import Basics
import SignalModel
import WireFormats

/// Any text as what stands in single fields: times, paths into JSON, label sets, histograms as tests write them.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data, count > 0 else { return 0 }
    let text = String(decoding: UnsafeBufferPointer(start: data + 1, count: count - 1), as: UTF8.self)
    switch data[0] % 5 {
    case 0:
        // An offset may lead out of the years that have four digits.
        guard let time = RFC3339.parse(text), let year = Int(text.prefix(4)), 1...9998 ~= year else { return 0 }
        precondition(RFC3339.parse(RFC3339.format(time)) == time, text)
    case 1:
        guard let path = JSONPath(text), let document = try? JSONValue(parsing: Array(text.utf8)) else { return 0 }
        _ = path.find(in: document)
    case 2:
        guard let (labels, rest) = try? LabelText.parse(text) else { return 0 }
        precondition(rest.utf8.count <= text.utf8.count && labels.pairs.allSatisfy { !$0.name.isEmpty })
    case 3: _ = HistogramDescription.parse(text)
    default: _ = try? SeriesDescription(text)
    }
    return 0
}
