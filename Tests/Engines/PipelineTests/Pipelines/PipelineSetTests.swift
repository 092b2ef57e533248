import SignalModel
import Testing
import WireFormats

@testable import Pipeline

struct PipelineSetTests {
    private func set(_ definitions: KeyValuePairs<String, String>) throws -> PipelineSet {
        var parsed: [String: DocumentObject] = [:]
        for (name, text) in definitions { parsed[name] = try DocumentReader.object(Array(text.utf8)) }
        return try PipelineSet(parsed, resources: ProcessorCase.resources)
    }

    private func run(
        _ definitions: KeyValuePairs<String, String>, _ document: String = "{}"
    ) throws -> (outcome: PipelineSet.Outcome, document: IngestDocument) {
        var document = try ProcessorCase.document(document)
        let outcome = try set(definitions).run("p", &document)
        return (outcome, document)
    }

    private func text(_ document: IngestDocument) -> String {
        String(decoding: DocumentWriter.bytes(of: document.source), as: UTF8.self)
    }

    private static let fails = #"{"fail":{"message":"no","tag":"t"}}"#
    private static func puts(_ name: String) -> String { #"{"set":{"field":"\#(name)","value":true}}"# }

    @Test(arguments: [
        ("[\(puts("a")),\(puts("b"))]", #"{"a":true,"b":true}"#),
        (#"[{"fail":{"message":"no","ignore_failure":true}},\#(puts("a"))]"#, #"{"a":true}"#),
        (#"[{"fail":{"message":"no","on_failure":[\#(puts("h"))]}},\#(puts("a"))]"#, #"{"h":true,"a":true}"#),
        (
            #"[{"fail":{"message":"no","ignore_failure":true,"on_failure":[\#(puts("h"))]}},\#(puts("a"))]"#,
            #"{"a":true}"#
        ),
        (#"[{"set":{"field":"a","value":1,"if":"ctx.x != null"}},\#(puts("b"))]"#, #"{"b":true}"#),
        (#"[{"terminate":{}},\#(puts("a"))]"#, "{}"),
    ])
    func processorsRunInTurn(processors: String, after: String) throws {
        let result = try run(["p": #"{"processors":\#(processors)}"#])
        #expect(result.outcome == .indexed && text(result.document) == after)
    }

    @Test func aHandlerOfThePipelineSeesWhatFailedAndTheRestIsSkipped() throws {
        let handler = #"""
            {"set":{"field":"e","value":"{{_ingest.on_failure_processor_type}}/{{_ingest.on_failure_processor_tag}}/{{_ingest.on_failure_pipeline}}: {{_ingest.on_failure_message}}"}}
            """#
        let result = try run([
            "p": #"{"processors":[\#(Self.puts("a")),\#(Self.fails),\#(Self.puts("b"))],"on_failure":[\#(handler)]}"#
        ])
        #expect(result.outcome == .indexed && text(result.document) == #"{"a":true,"e":"fail/t/p: no"}"#)
        #expect(result.document.ingest["on_failure_message"] == nil)
    }

    @Test func withoutAHandlerTheDocumentFails() throws {
        let result = try run(["p": #"{"processors":[\#(Self.puts("a")),\#(Self.fails),\#(Self.puts("b"))]}"#])
        var failure = ProcessorFailure(type: "fail_processor_exception", "no")
        (failure.processorType, failure.processorTag, failure.pipeline) = ("fail", "t", "p")
        #expect(result.outcome == .failed(failure))
    }

    @Test func aHandlerThatFailsIsWhatFailed() throws {
        let result = try run([
            "p": #"{"processors":[{"fail":{"message":"one","on_failure":[{"fail":{"message":"two","tag":"h"}}]}}]}"#
        ])
        guard case .failed(let failure) = result.outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.reason == "two" && failure.processorTag == "h")
    }

    @Test func pipelinesCallOneAnother() throws {
        let result = try run(
            [
                "p": #"{"processors":[{"pipeline":{"name":"{{which}}"}},\#(Self.puts("a"))]}"#,
                "q": #"{"processors":[\#(Self.puts("q")),{"terminate":{}},\#(Self.puts("never"))]}"#,
            ], #"{"which":"q"}"#)
        #expect(result.outcome == .indexed && text(result.document) == #"{"which":"q","q":true,"a":true}"#)
    }

    @Test func theInnermostPipelineIsNamed() throws {
        let result = try run([
            "p": #"{"processors":[{"pipeline":{"name":"q","tag":"outer"}}]}"#,
            "q": #"{"processors":[\#(Self.fails)]}"#,
        ])
        guard case .failed(let failure) = result.outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.pipeline == "q" && failure.processorType == "fail" && failure.processorTag == "t")
    }

    @Test func whatIsDroppedOrReroutedGoesThroughNoMore() throws {
        let dropped = try run([
            "p": #"{"processors":[{"pipeline":{"name":"q"}},\#(Self.puts("a"))]}"#,
            "q": #"{"processors":[{"drop":{}}]}"#,
        ])
        #expect(dropped.outcome == .dropped)
        let rerouted = try run(
            [
                "p": #"{"processors":[{"pipeline":{"name":"q"}},\#(Self.puts("a"))]}"#,
                "q": #"{"processors":[{"reroute":{"dataset":["{{service.name}}","generic"]}}]}"#,
            ], #"{"service":{"name":"My-Shop"}}"#)
        #expect(rerouted.outcome == .indexed && rerouted.document.isRerouted)
        #expect(rerouted.document.index == "logs-my_shop-default" && rerouted.document.source["a"] == nil)
    }

    @Test(arguments: [
        (
            #"{"processors":[{"pipeline":{"name":"none"}}]}"#,
            "Pipeline processor configured for non-existent pipeline [none]"
        ),
        (#"{"processors":[{"pipeline":{"name":"p"}}]}"#, "Cycle detected for pipeline: p"),
        (
            #"{"processors":[{"foreach":{"field":"many","processor":{"set":{"field":"x","value":1}}}}]}"#,
            "the document took more than 10000 steps of processors"
        ),
        (
            #"{"processors":[{"set":{"field":"a","value":1,"if":"ctx.x.y == 1"}}]}"#,
            "cannot access method/field [y] from a null def reference"
        ),
    ])
    func whatHasNoEndOrNoPlaceFails(definition: String, reason: String) throws {
        let many = (0..<10_001).map(String.init).joined(separator: ",")
        let result = try run(["p": definition], #"{"many":[\#(many)]}"#)
        guard case .failed(let failure) = result.outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.reason == reason)
    }

    @Test(
        arguments: [
            (#"{}"#, nil, nil, "processors", "[processors] required property is missing"),
            (
                #"{"processors":[],"nonsense":1}"#, nil, nil, nil,
                "pipeline [p] doesn't support one or more provided configuration parameters [nonsense]"
            ),
            (
                #"{"processors":[{"nope":{"tag":"x"}}]}"#, "nope", "x", nil,
                "No processor type exists with name [nope]"
            ),
            (
                #"{"processors":[{"script":{"source":"x"}}]}"#, "script", nil, nil,
                "No processor type exists with name [script]: scripts are not supported: a condition in `if` is, and so are the other processors"
            ),
            (
                #"{"processors":[{"set":{"field":"a","value":1,"tag":"x","on_failure":[]}}]}"#, "set", "x",
                "on_failure",
                "[on_failure] processors list cannot be empty"
            ),
            (
                #"{"processors":[],"on_failure":[]}"#, nil, nil, "on_failure",
                "pipeline [p] cannot have an empty on_failure option defined"
            ),
            (
                #"{"processors":[{"set":{"field":"a","value":1,"if":"ctx.a +"}}]}"#, "set", nil, "if",
                "[if] line 1, column 8: expected a value, not the end of the script"
            ),
            (
                #"{"processors":{}}"#, nil, nil, "processors",
                "[processors] property isn't a list, but of type [java.util.HashMap]"
            ),
            (
                #"{"processors":[{"set":1}]}"#, "set", nil, "set",
                "property isn't a map, but of type [java.lang.Integer]"
            ),
        ] as [(String, String?, String?, String?, String)])
    func mistakesInDefinitionsAreNamed(
        definition: String, type: String?, tag: String?, property: String?, reason: String
    ) {
        let error = #expect(throws: PipelineDefinitionError.self) { try set(["p": definition]) }
        #expect(error?.reason == reason && error?.processorType == type)
        #expect(error?.processorTag == tag && error?.propertyName == property)
    }
}
