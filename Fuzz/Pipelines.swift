import SignalModel
import WireFormats

@testable import Pipeline

/// A kind, a line that is compiled, and a text that it works on: refused, failed or done, never more. Documents are
/// read by both readers, which must agree.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    guard let kind = bytes.first else { return 0 }
    let parts = bytes.dropFirst().split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let rule = String(decoding: parts.first ?? [], as: UTF8.self)
    let text = String(decoding: parts.dropFirst().first ?? [], as: UTF8.self)
    switch kind {
    case UInt8(ascii: "c"):
        var document = IngestDocument(
            source: ["a": .string(text), "n": .integer(5), "l": .array([.string("x")]), "o": .object(["p": .null])],
            index: "i", receivedNanoseconds: 0)
        _ = try? PainlessCondition(rule).holds(for: &document)
    case UInt8(ascii: "d"): _ = (try? DissectPattern(rule, appendSeparator: "-"))?.match(text)
    case UInt8(ascii: "g"):
        var budget = MatchBudget()
        _ = try? GrokExpression(rule, bank: .legacy).match(text, &budget)
    case UInt8(ascii: "t"):
        for format in (try? DateFormat.formats(rule)) ?? [] {
            _ = format.nanoseconds(text, .utc, received: 0) { _ in nil }
        }
    default: documents(Array(bytes.dropFirst()))
    }
    return 0
}

private func documents(_ bytes: [UInt8]) {
    let header = RecordFlattener.Header(index: "i", sequence: 1, receivedNanoseconds: 0)
    var flattener = RecordFlattener()
    let isFlattened = (try? flattener.append(json: bytes, header)) != nil
    let document = try? DocumentReader.object(bytes)
    precondition(isFlattened == (document != nil), "one reader takes what the other refuses")
    guard let document else { return }
    precondition(
        (try? DocumentReader.object(DocumentWriter.bytes(of: document))) == document,
        "it is not written as it was read")
}
