import SignalModel
import Testing
import WireFormats

@testable import Pipeline

struct PipelineProcessingTests {
    private static let definitions = [
        "first": #"{"processors":[{"set":{"field":"first","value":true}}]}"#,
        "last": #"{"processors":[{"set":{"field":"last","value":"{{_index}}"}}]}"#,
        "away": #"{"processors":[{"reroute":{"destination":"{{to}}"}},{"set":{"field":"never","value":1}}]}"#,
        "fails": #"{"processors":[{"fail":{"message":"no","tag":"t"}}]}"#, "drops": #"{"processors":[{"drop":{}}]}"#,
    ]

    private func processing() throws -> PipelineProcessing {
        var parsed: [String: DocumentObject] = [:]
        for (name, text) in Self.definitions { parsed[name] = try DocumentReader.object(Array(text.utf8)) }
        return PipelineProcessing(try PipelineSet(parsed, resources: ProcessorCase.resources)) { index in
            switch index {
            case "plain": .init()
            case "app": .init(initial: "first", final: "last")
            case "away", "circle": .init(initial: "away")
            case "badfinal": .init(final: "away")
            default: .init(final: "last")
            }
        }
    }

    private func processed(_ index: String, _ source: String, pipeline: String? = nil) throws -> String {
        let document = QueuedDocument(
            operation: .create, index: index, pipeline: pipeline, source: Array(source.utf8))
        switch try processing().process(document, ordinal: 1, receivedAt: 0) {
        case .unchanged: return "unchanged"
        case .changed(let object, let index, _):
            return index + String(decoding: DocumentWriter.bytes(of: object), as: UTF8.self)
        case .dropped: return "dropped"
        case .failed(let reason): return reason
        }
    }

    @Test(
        arguments: [
            ("app", "{}", nil, #"app{"first":true,"last":"app"}"#), ("app", "{}", "_none", #"app{"last":"app"}"#),
            ("app", "{}", "drops", "dropped"), ("plain", "{}", "first", #"plain{"first":true}"#),
            ("app", "{}", "fails", "fail_processor_exception: no (pipeline fails, processor fail, tag t)"),
            ("away", #"{"to":"app"}"#, nil, #"app{"to":"app","first":true,"last":"app"}"#),
            ("away", #"{"to":"circle"}"#, nil, #"circle{"to":"circle"}"#),
            ("app", "{}", "none", "illegal_argument_exception: pipeline with id [none] does not exist"),
            ("badfinal", #"{"to":"app"}"#, nil, "final pipeline [away] can't change the target index"),
            (
                "away", #"{"to":"Shop"}"#, nil,
                "invalid_index_name_exception: Invalid index name [Shop], must be lowercase"
            ),
            ("app", "{", nil, "the document cannot be read: byte 1: the JSON is cut off"),
        ] as [(String, String, String?, String)])
    func pipelinesRunInTheirOrder(index: String, source: String, pipeline: String?, result: String) throws {
        #expect(try processed(index, source, pipeline: pipeline) == result)
    }

    @Test func whoNeedsNoPipelineIsNotRead() throws {
        let processing = try processing()
        #expect(
            !processing.isProcessed(index: "plain", pipeline: nil)
                && processing.isProcessed(index: "app", pipeline: nil))
        #expect(
            processing.isProcessed(index: "plain", pipeline: "first")
                && !processing.isProcessed(index: "plain", pipeline: "_none"))
        #expect(processing.isProcessed(index: "app", pipeline: "_none"))
    }
}
