import Testing
import WireFormats

@Suite("Events of Beats in Kafka")
struct BeatsEventTests {
    private func read(_ text: String) throws -> BeatsEvent {
        try Array(text.utf8).withUnsafeBytes { bytes throws(WireFormatError) in
            try JSONObjectCheck.check(bytes)
            return try BeatsEvent.read(bytes)
        }
    }

    @Test(
        "`@metadata` is taken out wherever it stands, and the rest is left as it was",
        arguments: [
            (#"{"@timestamp":"t","@metadata":{"beat":"b"},"m":1}"#, #"{"@timestamp":"t","m":1}"#),
            (#"{"@metadata":{"beat":"b"},"m":1}"#, #"{"m":1}"#),
            (#"{ "@metadata" : {"beat":"b"} , "m":1}"#, #"{ "m":1}"#),
            (#"{"m":1,"@metadata":{"beat":"b","x":{"y":[1,{}]}}}"#, #"{"m":1}"#),
            (#"{"m":1 , "@metadata": {"beat":"b"} }"#, #"{"m":1 }"#),
            (#"{"@metadata":{"beat":"b"}}"#, #"{}"#),
            (#"{"a\"}b":"\\","@metadata":{"beat":"b"},"n":null}"#, #"{"a\"}b":"\\","n":null}"#),
        ])
    func splitting(_ text: String, _ rest: String) throws {
        let event = try read(text)
        #expect(event.source.map { String(decoding: $0, as: UTF8.self) } == rest)
        #expect(event.index == "b")
    }

    @Test("what it says about the document's way")
    func destination() throws {
        let names = #""beat":"filebeat","type":"_doc","version":"8.11.0""#
        let event = try read(#"{"@metadata":{\#(names),"pipeline":"web","_id":"x1","op_type":"index"},"a":1}"#)
        #expect(event.index == "filebeat-8.11.0")
        #expect(event.pipeline == "web")
        #expect(event.identity == "x1")
        #expect(event.replaces)
        #expect(try read(#"{"@metadata":{"beat":"b","version":"1","raw_index":"logs-web"}}"#).index == "logs-web")
    }

    @Test(
        "a document without it is left alone",
        arguments: [
            #"{"m":1}"#, "{}", #"{"m":"\"@metadata\""}"#, #"{"a":{"@metadata":{"beat":"b"}}}"#,
            #"{"@metadata":"text"}"#,
        ])
    func others(_ text: String) throws { #expect(try read(text) == BeatsEvent()) }
}
