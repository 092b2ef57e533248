import SignalModel
import Testing

@testable import WireFormats

struct DocumentReaderTests {
    @Test(arguments: [
        (#"{"a":1,"b":-2.5,"c":"x","d":[true,false,null],"e":{"f":{}},"g":[]}"#),
        (#"{"a":"\"\\\n\t\u0001","b":"ü€😀"}"#), (#"{}"#),
    ])
    func whatIsReadIsWrittenAgain(text: String) throws {
        let document = try DocumentReader.object(Array(text.utf8))
        #expect(String(decoding: DocumentWriter.bytes(of: document), as: UTF8.self) == text)
    }

    @Test(arguments: [
        (#"1"#, DocumentValue.integer(1)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775807", .integer(.max)), ("9223372036854775808", .string("9223372036854775808")),
        ("1e400", .string("1e400")), ("0", .integer(0)), ("1.5", .double(1.5)), ("1e3", .double(1000)),
        ("0.001", .double(0.001)), ("1E-2", .double(0.01)), ("123456789012345678.5", .double(123456789012345678.5)),
        ("2.2250738585072014e-308", .double(2.2250738585072014e-308)), ("1e00000000000000000000003", .double(1000)),
        ("1e-00000000000000000000003", .double(0.001)), ("0.30000000000000004", .double(0.30000000000000004)),
        (#""\ud83d\ude00""#, .string("😀")), (#""\ud83d""#, .string("\u{fffd}")),
        (#""\ud83dx""#, .string("\u{fffd}x")), (#""\ude00\ud83d""#, .string("\u{fffd}\u{fffd}")),
        (#""a\u0000b""#, .string("a\0b")), ("\"a\u{0}b\tc\"", .string("a\0b\tc")), (#""\/""#, .string("/")),
        (" [ 1 , 2 ] ", .array([.integer(1), .integer(2)])),
        (#"{"a":1,"a":2}"#, .object(["a": .integer(2)])),
    ])
    func valuesMeanWhatTheySay(text: String, value: DocumentValue) throws {
        #expect(try DocumentReader.value(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        (#"{"a":1"#, 6, "the JSON is cut off"), (#"{"a" 1}"#, 5, "expected a colon"),
        (#"{a:1}"#, 1, "expected a name in quotation marks"), (#"{"a":01}"#, 6, "expected a comma or }"),
        (#"{"a":tru}"#, 5, "expected true"), (#"{"a":1}x"#, 7, "expected nothing behind the document"),
        (#"{"a":"x"#, 7, "the JSON is cut off"), (#"{"a":"\x"}"#, 7, "expected an escape"),
        (#"{"a":"\u12g4"}"#, 10, "expected four hexadecimal digits"), (#"[1,]"#, 3, "expected a value"),
        (#"{"a":-}"#, 6, "expected a digit"), (#"{"a":1.}"#, 7, "expected a digit"), ("", 0, "an empty document"),
        (#"{"a":1,}"#, 7, "expected a name in quotation marks"), (#"{"a":[1}"#, 7, "expected a comma or ]"),
    ])
    func mistakesAreNamedWithTheirByte(text: String, offset: Int, message: String) {
        #expect(throws: WireFormatError(.malformed, .byte(offset), message)) {
            try DocumentReader.value(Array(text.utf8))
        }
    }

    @Test func whatIsNoObjectIsNoDocument() {
        #expect(throws: WireFormatError(.malformed, .byte(0), "a document that is not an object")) {
            try DocumentReader.object(Array("[1]".utf8))
        }
    }

    @Test func bytesThatAreNotUTF8AreReplacedAndTheRestIsKept() throws {
        let bytes = Array(#"{"a":""#.utf8) + [0x78, 0xff, 0x79, 0xc3, 0x28, 0xed, 0xa0, 0x80] + Array(#""}"#.utf8)
        let document = try DocumentReader.object(bytes)
        #expect(document["a"] == .string("x\u{fffd}y\u{fffd}(\u{fffd}\u{fffd}\u{fffd}"))
    }

    @Test func depthIsBoundedAndDoesNotCrash() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)).utf8)
        }
        let document = try DocumentReader.object(nested(1000))
        #expect(DocumentWriter.bytes(of: document) == nested(1000))
        for depth in [1001, 100_000] {
            #expect(throws: WireFormatError(.tooLarge, .byte(5000), "nested deeper than 1000")) {
                try DocumentReader.object(nested(depth))
            }
        }
        #expect(throws: WireFormatError.self) {
            try DocumentReader.value(Array(String(repeating: "[", count: 1_000_000).utf8))
        }
    }

    @Test func fiveThousandFieldsAndALongLineAreRead() throws {
        let fields = (0..<5000).map { #""field\#($0)":\#($0)"# }.joined(separator: ",")
        let line = String(repeating: "x", count: 10_000_000)
        let document = try DocumentReader.object(Array(#"{"message":"\#(line)",\#(fields)}"#.utf8))
        #expect(document.count == 5001 && document["field4999"] == .integer(4999))
        #expect(document["message"] == .string(line))
    }
}
