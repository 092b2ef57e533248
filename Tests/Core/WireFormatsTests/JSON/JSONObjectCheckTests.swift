import Testing
import WireFormats

@Suite("Check of documents")
struct JSONObjectCheckTests {
    private func problem(_ bytes: [UInt8]) -> WireFormatError? {
        bytes.withUnsafeBytes { raw in
            do throws(WireFormatError) {
                try JSONObjectCheck.check(raw)
                return nil
            } catch { return error }
        }
    }

    @Test(
        "objects pass",
        arguments: [
            "{}", " { } ", #"{"a":1,"b":[1,-2.5e+3,0,"x",null,true,false,{},[]],"c":{"d":"é\n\"\u00e9\/"}}"#,
            "{\"control\":\"a\tb\u{1}\"}", #"{"long":"0123456789\\0123456\"789"}"#, "{\"a\":0.1E5}\r\n",
        ])
    func good(text: String) { #expect(problem(Array(text.utf8)) == nil) }

    @Test(
        "others are refused where they go wrong",
        arguments: [
            ("", 0), ("[]", 0), ("1", 0), ("{", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1,}"#, 7),
            (#"{"a":1 "b":2}"#, 7), (#"{"a":[1,]}"#, 8), (#"{"a":[1}"#, 7), (#"{"a":01}"#, 6), (#"{"a":1.}"#, 7),
            (#"{"a":"b}"#, 5), (#"{"a":"\x"}"#, 6), (#"{"a":"\u12g4"}"#, 6), (#"{"a":tru}"#, 5), (#"{"a":1}x"#, 7),
            (#"{a:1}"#, 1), (#"{"a":NaN}"#, 5), (#"{"a":-}"#, 6),
        ])
    func bad(text: String, offset: Int) {
        #expect(problem(Array(text.utf8))?.place == .byte(offset), "\(text)")
    }

    @Test("bytes that are not UTF-8 pass")
    func notUTF8() { #expect(problem(Array("{\"a\":\"".utf8) + [0xff, 0, 0xfe] + Array("\"}".utf8)) == nil) }

    @Test("brackets are matched as deep as a thousand, and refused below")
    func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            var text = "{\"a\":"
            for level in 1..<depth { text += level % 3 == 0 ? "{\"a\":" : "[" }
            text += "1"
            for level in (1..<depth).reversed() { text += level % 3 == 0 ? "}" : "]" }
            return Array((text + "}").utf8)
        }
        for depth in [1, 2, 63, 64, 65, 66, 127, 128, 129, 200, 1000] {
            #expect(problem(nested(depth)) == nil, "\(depth)")
        }
        #expect(problem(nested(1001))?.code == .tooLarge)
        #expect(problem(nested(100_000))?.code == .tooLarge)
        var wrong = nested(130)
        wrong[wrong.count - 66] = UInt8(ascii: "?")
        #expect(problem(wrong) != nil)
    }

    @Test("an array hands out its objects as they are")
    func array() throws {
        var found: [String] = []
        func read(_ text: String) throws {
            found = []
            try Array(text.utf8).withUnsafeBytes {
                try JSONObjectArray.forEach($0) { element in
                    switch element {
                    case .success(let bytes): found.append(String(decoding: bytes, as: UTF8.self))
                    case .failure(let error): found.append("\(error)")
                    }
                }
            }
        }
        try read(" [ {\"a\": [1]} ,\n{}\r\n]\n")
        #expect(found == ["{\"a\": [1]}", "{}"])
        try read("[]")
        #expect(found.isEmpty)
        try read(#"[{},5,{"a":1},[{"b":2}]]"#)
        #expect(
            found == ["{}", "byte 4: [1]: expected an object", #"{"a":1}"#, "byte 14: [3]: expected an object"])
        let many = Array(repeating: "1", count: RefusedItems.countMax + 1).joined(separator: ",")
        #expect { try read("[\(many)]") } throws: { "\($0)".contains("as in 10000 items before it") }
        for (text, offset, words) in [
            ("[{},5", 5, "cut off"), ("[{\"a\":}]", 6, "[0]: expected a value"),
            ("[{}", 3, "cut off"), ("[{},]", 4, "[1]: expected an object"), ("[{} {}]", 4, "a comma or ]"),
            ("[{}]x", 4, "nothing behind the array"), ("{}", 0, "an array"),
        ] {
            let problem = #expect(throws: WireFormatError.self, "\(text)") { try read(text) }
            #expect(problem?.place == .byte(offset) && problem?.message.contains(words) == true, "\(text)")
        }
        #expect(Array("\n [".utf8).withUnsafeBytes { JSONObjectArray.isOne($0) })
    }
}
