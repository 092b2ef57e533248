import Basics
import HTTPAPI
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("commas stand between members and nowhere else")
    func commas() {
        let written = text { json in
            json.object { json in
                json.key("a")
                json.array { json in
                    json.integer(1)
                    json.object { _ in }
                    json.array { _ in }
                    json.null()
                }
                json.key("b")
                json.bool(true)
            }
        }
        #expect(written == #"{"a":[1,{},[],null],"b":true}"#)
    }

    @Test("quotes, backslashes and control characters are escaped, other text stays as it is")
    func escapes() {
        #expect(text { $0.string("a\"b\\c\n\t\r\u{1}é🙂/<") } == #""a\"b\\c\n\t\r\u0001é🙂/<""#)
    }

    @Test(
        "times are seconds with up to three decimals",
        arguments: [
            (0, "0"), (1_435_781_430_781, "1435781430.781"), (1500, "1.5"), (1010, "1.01"), (1001, "1.001"),
            (-1, "-0.001"), (-1500, "-1.5"),
        ] as [(Int64, String)])
    func times(milliseconds: Int64, expected: String) {
        #expect(text { $0.seconds(Timestamp(milliseconds: milliseconds)) } == expected)
    }
}
