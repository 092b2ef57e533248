import Logs
import Pipeline
import SignalModel
import Testing
import WireFormats

@testable import HTTPAPI

@Suite("Updates of a bulk request")
struct BulkUpdateTests {
    private struct Documents: StoredDocuments {
        var documents: [String: String] = [:]

        func standing(index: String, identity: String, for owner: Labels) -> DocumentStanding {
            guard let document = documents[identity] else { return .missing }
            return owner.pairs.allSatisfy { document.contains(#""\#($0.name)":"\#($0.value)""#) } ? .own : .others
        }
        func document(index: String, identity: String) throws -> [UInt8]? {
            documents[identity].map { Array($0.utf8) }
        }
    }

    private static func settings(
        _ documents: [String: String], forced: [(name: String, value: String)] = [], documentBytesMax: Int = 1000,
        updatedBytesMax: Int = 100_000
    ) -> WriteSettings {
        WriteSettings(
            defaultIndex: "logs-a-default", pipeline: nil, documentBytesMax: documentBytesMax,
            updatedBytesMax: updatedBytesMax, forced: ForcedFields(Labels(forced)),
            stored: Documents(documents: documents),
            pipelines: PipelineProcessing(.empty) { _ in .init() },
            context: LogQueryContext(nowNanoseconds: 0))
    }

    /// The statuses of refusals; 200 for what is queued or nothing to do.
    private static func statuses(_ lines: [String], _ settings: WriteSettings) throws -> [Int] {
        let body = Array((lines.joined(separator: "\n") + "\n").utf8)
        return try body.withUnsafeBytes { try BulkDecoding($0, settings, updates: .made) }.items.map {
            if case .refused(let status, _, _) = $0.outcome { status } else { 200 }
        }
    }

    private static func update(_ identity: String, _ body: String) -> [String] {
        [#"{"update":{"_id":"\#(identity)"}}"#, body]
    }

    @Test("a document that became too large is refused by itself")
    func tooLarge() throws {
        let text = String(repeating: "x", count: 600)
        let lines =
            Self.update("a", #"{"doc":{"b":"\#(text)"}}"#) + Self.update("a", #"{"doc":{"c":"\#(text)"}}"#)
            + Self.update("a", #"{"doc":{"c":"y"}}"#)
        #expect(try Self.statuses(lines, Self.settings(["a": #"{"a":1}"#])) == [200, 413, 200])
    }

    @Test("a request whose updates make too much gets the rest back, to be sent again")
    func amplified() throws {
        let stored = ["a": #"{"a":"\#(String(repeating: "x", count: 900))"}"#]
        let lines = (0..<50).flatMap { Self.update("a", #"{"doc":{"n":\#($0)}}"#) }
        let statuses = try Self.statuses(lines, Self.settings(stored, updatedBytesMax: 10_000))
        #expect(statuses.prefix(10).allSatisfy { $0 == 200 } && statuses.suffix(30).allSatisfy { $0 == 429 })
    }

    @Test("more updates than a request may have are sent again")
    func many() throws {
        let lines = (0..<10_002).flatMap { _ in Self.update("none", #"{"doc":{}}"#) }
        #expect(try Self.statuses(lines, Self.settings([:])).suffix(3) == [404, 429, 429])
    }

    @Test("a token with labels updates what has them; others' documents are missing to it, and not replaced")
    func tenants() throws {
        let stored = [
            "mine": #"{"cluster":"a","n":1}"#, "theirs": #"{"cluster":"b","n":1}"#, "nobodys": #"{"n":1}"#,
            "both": #"{"cluster":["a","b"]}"#,
        ]
        let bodies = [#"{"doc":{"n":2}}"#, #"{"doc":{"n":2},"upsert":{}}"#, #"{"doc":{"n":2},"doc_as_upsert":true}"#]
        func statuses(_ identity: String, _ labels: [(name: String, value: String)]) throws -> [Int] {
            try Self.statuses(bodies.flatMap { Self.update(identity, $0) }, Self.settings(stored, forced: labels))
        }
        let (first, second) = ([(name: "cluster", value: "a")], [(name: "cluster", value: "b")])
        #expect(try statuses("mine", first) == [200, 200, 200])
        #expect(try statuses("mine", second) == [404, 409, 409])
        #expect(try statuses("theirs", first) == [404, 409, 409])
        #expect(try statuses("theirs", second) == [200, 200, 200])
        #expect(try statuses("nobodys", first) == [404, 409, 409])
        #expect(try statuses("both", first) == [404, 409, 409])
        #expect(try statuses("nobodys", []) == [200, 200, 200])
        // What it wrote itself in the same request has its labels.
        #expect(
            try Self.statuses(
                [#"{"index":{"_id":"new"}}"#, #"{"a":1}"#] + Self.update("new", bodies[0]),
                Self.settings(stored, forced: first)) == [200, 200])
    }

    @Test("a document that the store named cannot be updated or deleted by that name")
    func generated() throws {
        let lines =
            Self.update("~0000000000000007", #"{"doc":{"a":1},"doc_as_upsert":true}"#)
            + [#"{"delete":{"_id":"~0000000000000007"}}"#, #"{"delete":{"_id":"~7"}}"#]
        #expect(try Self.statuses(lines, Self.settings([:])) == [400, 400, 200])
    }
}
