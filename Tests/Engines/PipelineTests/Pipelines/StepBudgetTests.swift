import SignalModel
import Testing
import WireFormats

@testable import Pipeline

@Suite("What one document may cost")
struct StepBudgetTests {
    private func outcome(_ processors: [String], _ document: String = "{}") throws -> PipelineSet.Outcome {
        let definition = #"{"processors":[\#(processors.joined(separator: ","))]}"#
        let set = try PipelineSet(
            ["p": try DocumentReader.object(Array(definition.utf8))], resources: ProcessorCase.resources)
        var document = try ProcessorCase.document(document)
        return try set.run("p", &document)
    }

    private func isRefused(_ outcome: PipelineSet.Outcome, _ words: String) -> Bool {
        if case .failed(let failure) = outcome { failure.reason.contains(words) } else { false }
    }

    private static let first = #"{"set":{"field":"a","value":"0123456789abcdef"}}"#

    @Test(
        "texts that double come to an end",
        arguments: [
            #"{"set":{"field":"a","value":"{{{a}}}{{{a}}}"}}"#,
            #"{"append":{"field":"a","value":["{{{a}}}","{{{a}}}"]}}"#,
            #"{"gsub":{"field":"a","pattern":"","replacement":"xx"}}"#,
        ])
    func doubled(step: String) throws {
        #expect(try outcome([Self.first] + Array(repeating: step, count: 5)) == .indexed)
        let refused = try outcome([Self.first] + Array(repeating: step, count: 60))
        #expect(isRefused(refused, "more than") || isRefused(refused, "too many steps"), "\(refused)")
    }

    @Test("a name made of values has an end, and so has a list that is joined")
    func others() throws {
        let long = String(repeating: "x", count: 40_000)
        let named = #"{"set":{"field":"{{{a}}}","value":1}}"#
        #expect(try isRefused(outcome([named], #"{"a":"\#(long)"}"#), "the name of a field would have more than"))
        let list = Array(repeating: "1", count: 2000).joined(separator: ",")
        let joined = #"{"join":{"field":"a","separator":"\#(long)"}}"#
        #expect(try isRefused(outcome([joined], #"{"a":[\#(list)]}"#), "a value of more than"))
    }

    @Test(
        "scripts whose values double are ended",
        arguments: [
            ("'0123456789abcdef'", "a = a + a; "), ("['x']", "a = [a, a]; "),
            ("'xxxxxxxx'", "a = a.replace('x', a); "),
            ("'xxxxxxxx'", "a = String.join(a, [a, a, a, a, a]); "),
        ])
    func scripts(first: String, step: String) throws {
        func condition(_ count: Int) -> String {
            let script = "def a = \(first); " + String(repeating: step, count: count) + "return a == ''"
            return #"{"set":{"if":"\#(script)","field":"b","value":1}}"#
        }
        #expect(try outcome([condition(2)]) == .indexed)
        #expect(try isRefused(outcome([condition(60)]), "the script takes more than"))
    }
}
