import Testing

@testable import WireFormats

@Suite("JSON as protobuf")
struct JSONProtobufTests {
    private static let message: JSONMessage = .init([
        "text": (1, .text), "flag": (2, .bool), "count": (3, .varint), "shift": (4, .zigZag), "time": (5, .fixed64),
        "value": (6, .double), "raw": (7, .bytes), "id": (8, .hexadecimal), "inner": (9, .message { message }),
        "list": (10, .list(.text)), "packed": (11, .packed(.fixed64)),
    ])

    private func bytes(_ text: String) throws(WireFormatError) -> [UInt8] {
        try JSONProtobuf.bytes(of: Array(text.utf8), as: Self.message)
    }

    @Test(
        "every kind of field",
        arguments: [
            ("{}", ProtobufMessage()), (" {\n\t} \r\n", ProtobufMessage()),
            (
                #"{"text":"a\u00e9\ud83d\ude00\n\/\"","flag":true}"#,
                ProtobufMessage().text(1, "aé😀\n/\"").varint(2, 1)
            ),
            (#"{"text":"\ud83d-\udc00"}"#, ProtobufMessage().text(1, "\u{fffd}-\u{fffd}")),
            (#"{"text":"\ud83d\u0041"}"#, ProtobufMessage().text(1, "\u{fffd}A")),
            (#"{"count":5}"#, ProtobufMessage().varint(3, 5)), (#"{"count":"5"}"#, ProtobufMessage().varint(3, 5)),
            (#"{"count":-1}"#, ProtobufMessage().varint(3, .max)),
            (#"{"count":1e3}"#, ProtobufMessage().varint(3, 1000)),
            (#"{"shift":-3}"#, ProtobufMessage().varint(4, 5)),
            (#"{"time":"18446744073709551615"}"#, ProtobufMessage().fixed64(5, Double(bitPattern: .max))),
            (#"{"value":-0.5e-3}"#, ProtobufMessage().fixed64(6, -0.0005)),
            (#"{"value":"Infinity"}"#, ProtobufMessage().fixed64(6, .infinity)),
            (#"{"raw":"aGk=","id":"00fF"}"#, ProtobufMessage().text(7, "hi").data(8, [0, 255])),
            (#"{"raw":"-_8"}"#, ProtobufMessage().data(7, [0xfb, 0xff])),
            (#"{"text":null,"other":[{"a":[[]]},"\"",1,true,null],"flag":false}"#, ProtobufMessage().varint(2, 0)),
            (#"{"list":["a","","b"]}"#, ProtobufMessage().text(10, "a").text(10, "").text(10, "b")),
        ])
    func fields(_ text: String, _ expected: ProtobufMessage) throws {
        #expect(try bytes(text) == expected.bytes)
    }

    @Test("objects and packed numbers lie behind a length of five bytes")
    func nested() throws {
        #expect(
            try bytes(#"{"inner":{"count":1,"inner":{}},"packed":["2"]}"#)
                == [0x4a, 0x88, 0x80, 0x80, 0x80, 0, 0x18, 1, 0x4a, 0x80, 0x80, 0x80, 0x80, 0]
                + [0x5a, 0x88, 0x80, 0x80, 0x80, 0, 2, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test(
        "mistakes are named at their byte",
        arguments: [
            ("", 0, "the JSON is cut off"), ("[]", 0, "expected an object"), ("{} x", 3, "expected nothing behind"),
            (#"{"text":1}"#, 8, "expected a text"), (#"{"text":"a"#, 10, "the JSON is cut off"),
            ("{\"text\":\"a\u{1}\"}", 10, "expected an escape for a control character"),
            (#"{"text":"\x"}"#, 10, "expected an escape"), (#"{"text":"\u12g4"}"#, 13, "four hexadecimal digits"),
            (#"{"flag":1}"#, 8, "expected true or false"), (#"{"flag":tru}"#, 8, "expected true"),
            (#"{"count":1.5}"#, 9, "not whole or beyond 64 bits"), (#"{"count":"0x10"}"#, 9, "not whole"),
            (#"{"count":18446744073709551616}"#, 9, "beyond 64 bits"), (#"{"value":"0x10"}"#, 9, "no number"),
            (#"{"value":1e999}"#, 9, "no number"), (#"{"value":01}"#, 10, "expected a comma or }"),
            (#"{"value":-}"#, 10, "expected a digit"), (#"{"id":"abc"}"#, 6, "hexadecimal or base64"),
            (#"{"raw":"a?"}"#, 7, "hexadecimal or base64"), (#"{"list":{}}"#, 8, "expected an array"),
            (#"{"list":["a" "b"]}"#, 13, "expected a comma or ]"), (#"{"inner":[]}"#, 9, "expected an object"),
            (#"{text:"a"}"#, 1, "expected a key in quotation marks"), (#"{"text" "a"}"#, 8, "expected a colon"),
            (#"{"text":"a",}"#, 12, "expected a key in quotation marks"),
            (#"{"other":[1,]}"#, 12, "expected a value"), (#"{"other":nul}"#, 9, "expected null"),
        ])
    func mistakes(_ text: String, _ place: Int, _ message: String) {
        let error = #expect(throws: WireFormatError.self) { try bytes(text) }
        #expect(error?.place == .byte(place))
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("depth is bounded where it is read and counted where it is passed over")
    func depth() throws {
        let passed =
            #"{"other":"# + String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000) + "}"
        #expect(try bytes(passed) == [])
        let read = String(repeating: #"{"inner":"#, count: 65) + "{}" + String(repeating: "}", count: 65)
        #expect(throws: WireFormatError.self) { try bytes(read) }
    }
}
