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

    @Test("a byte is escaped wherever it stands, and only then")
    func everyByteEverywhere() {
        for byte in UInt8(0)...255 {
            for place in 0..<19 {
                var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 19)
                bytes[place] = byte
                var writer = JSONWriter()
                bytes.withUnsafeBytes { writer.string(utf8: $0) }
                let escape: [UInt8] =
                    switch byte {
                    case 0x0a: Array("\\n".utf8)
                    case 0x0d: Array("\\r".utf8)
                    case 0x09: Array("\\t".utf8)
                    case 0x22, 0x5c: [0x5c, byte]
                    case ..<0x20: Array((byte < 16 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
                    default: [byte]
                    }
                let wanted = [0x22] + bytes[..<place] + escape + bytes[(place + 1)...] + [0x22]
                #expect(writer.bytes == wanted, "byte \(byte) at \(place)")
            }
        }
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
