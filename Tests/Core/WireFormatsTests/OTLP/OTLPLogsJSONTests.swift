import Testing

@testable import WireFormats

@Suite("OTLP logs in JSON")
struct OTLPLogsJSONTests {
    private func request(_ records: [String]) -> [UInt8] {
        Array(#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[\#(records.joined(separator: ","))]}]}]}"#.utf8)
    }

    private func documents(_ records: [String]) throws -> (documents: [String], refused: RefusedItems) {
        let message = try OTLPLogsJSON.protobuf(request(records))
        var documents: [String] = []
        try message.bytes.withUnsafeBytes { bytes in
            var decoder = OTLPLogsDecoder(bytes)
            try decoder.forEach { documents.append(String(decoding: $1, as: UTF8.self)) }
        }
        return (documents, message.refused)
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: #"{"kvlistValue":{"values":[{"key":"k","value":"#, count: depth) + #"{"boolValue":true}"#
            + String(repeating: "}]}}", count: depth)
    }

    private static let good = #"{"body":{"stringValue":"neighbour"}}"#

    @Test(
        "a record that is wrong is left out with its place, and its neighbours are read",
        arguments: [
            (#"{"traceId":"xyz"}"#, "a text that is not hexadecimal or base64"),
            (#"{"severityNumber":"SEVERITY_NUMBER_INFO"}"#, "a number that is not whole or beyond 64 bits"),
            (#"{"body":"text"}"#, "expected an object"), ("7", "expected an object"),
            (#"{"body":\#(nested(200))}"#, "objects nested deeper than 64"),
            (#"{"body":{"stringValue":"written"},"attributes":[{"key":"a"},{"key":1}]}"#, "expected a text"),
        ])
    func wrong(record: String, reason: String) throws {
        let found = try documents([Self.good, record, record, Self.good])
        #expect(found.documents == [#"{"message":"neighbour"}"#, #"{"message":"neighbour"}"#])
        #expect(found.refused.count == 2 && found.refused.first?.message == reason)
        guard case .byte(let offset)? = found.refused.first?.place else {
            Issue.record("no place")
            return
        }
        let start = request([Self.good]).count - 8
        #expect((start...start + 4 + record.utf8.count).contains(offset), "\(offset), of a record at \(start)")
    }

    @Test("what is no JSON, or more that is wrong than anybody reads, makes the request bad")
    func refused() throws {
        #expect(throws: WireFormatError.self) { try OTLPLogsJSON.protobuf(request([Self.good, #"{"body":}"#])) }
        let many = Array(repeating: "1", count: RefusedItems.countMax + 1)
        #expect {
            try OTLPLogsJSON.protobuf(request(many))
        } throws: {
            "\($0)".contains("as in 10000 items before it")
        }
    }
}
