import SignalModel
import Testing
import WireFormats

@testable import Pipeline

struct SimulationTests {
    private func reply(_ request: String, isVerbose: Bool) throws -> String {
        let reply = try Simulation.reply(
            to: try DocumentReader.object(Array(request.utf8)), pipeline: nil, isVerbose: isVerbose, in: .empty,
            resources: ProcessorCase.resources, receivedNanoseconds: ProcessorCase.receivedNanoseconds)
        return String(decoding: DocumentWriter.bytes(of: reply), as: UTF8.self)
    }

    private static let request = #"""
        {"pipeline":{"processors":[
          {"set":{"field":"a","value":1,"tag":"t","description":"d","if":"ctx.x == null"}},
          {"fail":{"message":"no","if":"ctx.x == 'fail'"}},
          {"drop":{"if":"ctx.x == 'drop'"}}]},
         "docs":[{"_index":"i","_id":"1","_source":{}},{"_source":{"x":"fail"}},{"_source":{"x":"drop"}}]}
        """#

    @Test func theReplyHasEachDocumentItsErrorOrNothing() throws {
        #expect(
            try reply(Self.request, isVerbose: false)
                == #"{"docs":[{"doc":{"_index":"i","_version":"-3","_id":"1","_source":{"a":1},"_ingest":{"timestamp":"2026-11-26T12:00:00.000Z"}}},"#
                + #"{"error":{"root_cause":[{"type":"fail_processor_exception","reason":"no"}],"type":"fail_processor_exception","reason":"no"}},null]}"#
        )
    }

    @Test func aVerboseReplyHasEachProcessor() throws {
        let text = try reply(Self.request, isVerbose: true)
        #expect(
            text.hasPrefix(
                #"{"docs":[{"processor_results":[{"processor_type":"set","status":"success","description":"d","tag":"t","if":{"condition":"ctx.x == null","result":true},"#
                    + #""doc":{"_index":"i","_version":"-3","_id":"1","_source":{"a":1},"_ingest":{"timestamp":"2026-11-26T12:00:00.000Z","pipeline":"_simulate_pipeline"}}},"#
                    + #"{"processor_type":"fail","status":"skipped","if":{"condition":"ctx.x == 'fail'","result":false}},"#
            ))
        #expect(
            text.contains(
                #"{"processor_type":"fail","status":"error","if":{"condition":"ctx.x == 'fail'","result":true},"error":{"root_cause":"#
            ))
        #expect(
            text.hasSuffix(
                #"{"processor_type":"drop","status":"dropped","if":{"condition":"ctx.x == 'drop'","result":true}}]}]}"#
            ))
    }

    @Test(arguments: [
        (#"{"docs":[]}"#, "[pipeline] required property is missing"),
        (#"{"pipeline":{"processors":[]}}"#, "[docs] required property is missing"),
        (#"{"pipeline":{"processors":[]},"docs":[]}"#, "must specify at least one document in [docs]"),
        (#"{"pipeline":{"processors":[]},"docs":[{}]}"#, "[_source] required property is missing"),
    ])
    func aBadRequestIsRefused(request: String, reason: String) {
        let error = #expect(throws: PipelineDefinitionError.self) { try reply(request, isVerbose: false) }
        #expect(error?.reason == reason)
    }
}
