import Basics
import SignalModel
import Testing
import WireFormats

@testable import Pipeline

/// One processor with its options as JSON, and what is expected of it.
struct ProcessorCase {
    let type: String
    let options: String
    let resources: PipelineResources

    init(_ type: String, _ options: String, _ resources: PipelineResources = ProcessorCase.resources) {
        self.type = type
        self.options = options
        self.resources = resources
    }

    /// 2026-11-26T12:00:00Z.
    static let receivedNanoseconds: Int64 = 1_795_694_400_000_000_000

    /// UTC, and Central European time without its history.
    static let resources = PipelineResources(zone: { name in
        switch name {
        case "UTC": .utc
        case "Europe/Berlin":
            ZoneRules(
                name: name, firstOffsetSeconds: 3600,
                transitions: [
                    .init(atSeconds: 1_774_746_000, offsetSeconds: 7200),
                    .init(atSeconds: 1_792_890_000, offsetSeconds: 3600),
                ])
        default: nil
        }
    })

    static func document(_ text: String) throws -> IngestDocument {
        IngestDocument(
            source: try DocumentReader.object(Array(text.utf8)), index: "logs-app-default", identity: "7",
            receivedNanoseconds: receivedNanoseconds)
    }

    private func set() throws -> PipelineSet {
        let definition = try DocumentReader.object(Array(#"{"processors":[{"\#(type)":\#(options)}]}"#.utf8))
        return try PipelineSet(["p": definition], resources: resources)
    }

    func expect(_ before: String, becomes after: String) throws {
        var document = try Self.document(before)
        let outcome = try set().run("p", &document)
        #expect(outcome == .indexed)
        let expected = try DocumentReader.object(Array(after.utf8))
        #expect(
            document.source == expected,
            "\(String(decoding: DocumentWriter.bytes(of: document.source), as: UTF8.self))")
    }

    func expect(_ before: String, failsWith reason: String) throws {
        var document = try Self.document(before)
        guard case .failed(let failure) = try set().run("p", &document) else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.reason == reason)
    }

    /// Where the document ends up.
    func index(of before: String) throws -> String {
        var document = try Self.document(before)
        #expect(try set().run("p", &document) == .indexed)
        return document.index
    }

    func expectRefused(_ property: String?, _ reason: String) {
        let refused = #expect(throws: PipelineDefinitionError.self) { try set() }
        #expect(refused?.reason == reason)
        #expect(refused?.propertyName == property && refused?.processorType == type)
    }
}
