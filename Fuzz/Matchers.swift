import Alerting
import SignalModel

/// Any text as Alertmanager's matchers: refused with a reason, or a set that keeps to the limits, answers about labels
/// and, where nothing in it needs an escape, is read as the same set again from a route's key.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    do {
        let matchers = try MatcherParser.parse(text)
        precondition(matchers.count <= AlertingLimits.matchersMax)
        _ = matchers.matches(["alertname": "Down", "instance": text])
        let isPlain = matchers.allSatisfy { matcher in
            LabelName.isLegacy(matcher.name)
                && matcher.value.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }
        }
        guard isPlain else { return 0 }
        guard let again = try? MatcherParser.parse(matchers.keyText) else { preconditionFailure(matchers.keyText) }
        precondition(again == matchers, matchers.keyText)
    } catch {
        precondition(!error.message.isEmpty)
    }
    return 0
}
