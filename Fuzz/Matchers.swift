import SignalModel

@testable import Alerting

/// Any text as Alertmanager's matchers: refused with a reason, or a set that keeps to the limits, answers about labels
/// and is read as the same set again from what it is written as: from a route's key by the grammar that files are read
/// by, and of each grammar alone what it took.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    do {
        let matchers = try MatcherParser.parse(text)
        precondition(matchers.count <= AlertingLimits.matchersMax)
        _ = matchers.matches(["alertname": "Down", "instance": text])
        if matchers.keyText.utf8.count <= AlertingLimits.matchersBytesMax {
            same(try? MatcherParser.parse(matchers.keyText), matchers, matchers.keyText)
        }
    } catch {
        precondition(!error.message.isEmpty)
    }
    if let classic = try? ClassicMatcherParser.parse(text) {
        same(try? ClassicMatcherParser.parse(classic.keyText), classic, classic.keyText)
    }
    var parser = UTF8MatcherParser(text)
    if let modern = try? parser.parse() {
        let quoted = "{" + modern.map(\.description).joined(separator: ",") + "}"
        for text in [modern.keyText, quoted] {
            var again = UTF8MatcherParser(text)
            same(try? again.parse(), modern, text)
        }
    }
    return 0
}

/// To the byte: equal texts may be written in more than one way.
private func same(_ again: [Matcher]?, _ matchers: [Matcher], _ text: String) {
    guard let again else { preconditionFailure("not read again: \(text)") }
    precondition(again.count == matchers.count, text)
    for (left, right) in zip(again, matchers) {
        precondition(
            left.operation == right.operation && left.name.utf8.elementsEqual(right.name.utf8)
                && left.value.utf8.elementsEqual(right.value.utf8), text)
    }
}
