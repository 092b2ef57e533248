import SignalModel
import Testing
import WireFormats

@testable import HTTPAPI

@Suite("Updates of documents")
struct DocumentUpdateTests {
    private static func object(_ json: String) throws -> DocumentObject {
        try DocumentReader.object(Array(json.utf8))
    }

    @Test(
        "objects are merged, other values replaced",
        arguments: [
            (#"{"a":1}"#, #"{"doc":{"b":2}}"#, #"{"a":1,"b":2}"#),
            (#"{"a":1}"#, #"{"doc":{"a":null}}"#, #"{"a":null}"#),
            (#"{"a":{"b":1,"c":[1]}}"#, #"{"doc":{"a":{"c":[2]}}}"#, #"{"a":{"b":1,"c":[2]}}"#),
            (#"{"a":{"b":1}}"#, #"{"doc":{"a":5}}"#, #"{"a":5}"#),
            (#"{"a":5}"#, #"{"doc":{"a":{"b":1}}}"#, #"{"a":{"b":1}}"#),
            (#"{"a":1}"#, #"{"doc":{"a":1},"detect_noop":false}"#, #"{"a":1}"#),
        ])
    func merged(current: String, update: String, expected: String) throws {
        let outcome = try DocumentUpdate(try Self.object(update)).applied(to: try Self.object(current))
        #expect(outcome == .changed(try Self.object(expected)))
    }

    @Test("what changes nothing is nothing to do")
    func same() throws {
        let update = try DocumentUpdate(try Self.object(#"{"doc":{"a":{"c":2}}}"#))
        #expect(update.applied(to: try Self.object(#"{"x":1,"a":{"c":2,"b":1}}"#)) == .same)
    }

    @Test(
        "without a document the upsert is stored, or the part where it says so",
        arguments: [
            (#"{"doc":{"a":1}}"#, nil), (#"{"doc":{"a":1},"upsert":{"b":2}}"#, #"{"b":2}"#),
            (#"{"doc":{"a":1},"doc_as_upsert":true}"#, #"{"a":1}"#),
            (#"{"doc":{"a":1},"doc_as_upsert":false}"#, nil),
        ] as [(String, String?)])
    func missing(update: String, expected: String?) throws {
        let outcome = try DocumentUpdate(try Self.object(update)).applied(to: nil)
        #expect(outcome == (try expected.map { .created(try Self.object($0)) } ?? .missing))
    }

    @Test(
        "what is not understood is refused",
        arguments: [
            (#"{"script":{"source":"x"}}"#, "updates by [script] are not supported"),
            (#"{}"#, "Validation Failed: 1: script or doc is missing;"),
            (#"{"doc":[1]}"#, "failed to parse field [doc]"),
            (#"{"doc_as_upsert":true}"#, "doc must be specified"), (#"{"doc":{},"docs":1}"#, "unknown field [docs]"),
            (#"{"doc":{},"_source":true}"#, "[_source] of an update is not supported"),
        ])
    func refused(update: String, says: String) throws {
        let body = try Self.object(update)
        let error = #expect(throws: ElasticsearchError.self) { _ = try DocumentUpdate(body) }
        #expect(error?.reason.contains(says) == true, "\(error?.reason ?? "")")
    }
}
