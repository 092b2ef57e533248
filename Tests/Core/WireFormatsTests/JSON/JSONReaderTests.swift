import Foundation
import Testing
import WireFormats

@Suite("JSON read as its types ask for it")
struct JSONReaderTests {
    typealias Everything = JSONStreamTests.Everything

    @Test("what was written comes back equal, the same as by a reader that is not ours")
    func roundTrip() throws {
        let value = ["é": Everything(), "": Everything()]
        let bytes = try JSONStream.encode(value)
        #expect(try JSONStream.decode([String: Everything].self, from: bytes) == value)
        #expect(try JSONDecoder().decode([String: Everything].self, from: Data(bytes)) == value)
    }

    @Test("what another writer writes is read, in any order and with blanks and members that nobody knows")
    func anotherWriter() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        var text = String(decoding: try encoder.encode(Everything()), as: UTF8.self)
        text.replace("\"wide\"", with: "\"future\" : {\"a\":[1,{\"}\":\"]\\\\\"}],\"b\":null},\n\"wide\"")
        #expect(try JSONStream.decode(Everything.self, from: Array(text.utf8)) == Everything())
    }

    struct Sparse: Codable, Hashable {
        var a: String?
        var b: [Int]?
        var c: Int64
        var d: Sparser?
    }

    struct Sparser: Codable, Hashable {
        var x: Int?
        var y: Set<String>?
    }

    @Test(
        "absent and null are nil, and what stands around them is found",
        arguments: [
            (#"{"c":-9223372036854775808}"#, Sparse(c: .min)),
            (
                #"{"d":{"y":["k"]},"c":9223372036854775807,"b":[],"a":null}"#,
                Sparse(b: [], c: .max, d: Sparser(y: ["k"]))
            ),
            (
                #" { "\u0061" : "\ud83d\ude82\/\t" , "c" : -0 , "c2" : 1e400 , "d" : { } } "#,
                Sparse(a: "🚂/\t", c: 0, d: Sparser())
            ),
        ])
    func sparse(text: String, value: Sparse) throws {
        #expect(try JSONStream.decode(Sparse.self, from: Array(text.utf8)) == value)
    }

    @Test(
        "what is wrong is refused with its place",
        arguments: [
            ("", "byte 0: the JSON is cut off"),
            (#"{"c":1} x"#, "byte 8: expected nothing behind the document"),
            (#"{"a":"x"}"#, "byte 1: there is no \"c\" in this object"),
            (#"{"c":9223372036854775808}"#, "byte 5: a number that Int64 cannot hold"),
            (#"{"c":1.5}"#, "byte 5: a whole number was expected"),
            (#"{"c":"1"}"#, "byte 5: expected a whole number"),
            (#"{"a":1,"c":1}"#, "byte 5: expected a text"),
            (#"{"a":"\x","c":1}"#, "byte 6: a text with an escape that JSON does not have"),
            (#"{"c":1 "a":"x"}"#, "byte 7: expected a comma or }"),
            (#"{c:1}"#, "byte 1: expected a key in quotation marks"),
            (#"{"b":[1 2],"c":1}"#, "byte 8: expected a comma or ]"),
            (#"{"b":[1,],"c":1}"#, "byte 8: expected a whole number"),
            (#"[]"#, "byte 0: expected an object"),
            (#"{"z":}"#, "byte 5: expected a value"),
            (#"{"c":1,"d":{"y":["k"}}"#, "byte 22: the JSON is cut off"),
        ])
    func wrong(text: String, says: String) {
        let error = #expect(throws: WireFormatError.self) {
            _ = try JSONStream.decode(Sparse.self, from: Array(text.utf8))
        }
        #expect(error?.description == says)
    }

    @Test("cut off anywhere it is refused")
    func cutOff() throws {
        let bytes = try JSONStream.encode(["a": Everything()])
        for count in 0..<bytes.count {
            #expect(throws: (any Error).self, "\(count)") {
                _ = try JSONStream.decode([String: Everything].self, from: bytes[..<count])
            }
        }
    }

    @Test("with any one byte changed it is refused or read, and nothing else happens")
    func changed() throws {
        let bytes = try JSONStream.encode(Everything())
        for index in bytes.indices {
            for byte in [0, 0x22, 0x5c, 0x7b, 0x7d, 0x5d, 0x2c, 0x39, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] = byte
                _ = try? JSONStream.decode(Everything.self, from: changed)
            }
        }
    }

    @Test("lines are read one after another until there are no more")
    func lines() throws {
        let writer = JSONLineWriter()
        for number in 0..<3 { try writer.append(Sparse(a: "\n\(number)", c: Int64(number))) }
        try writer.append("last")
        let bytes = writer.take()
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 4 && writer.byteCount == 0)
        let reader = JSONReader(bytes)
        for number in 0..<3 { #expect(try reader.next(Sparse.self) == Sparse(a: "\n\(number)", c: Int64(number))) }
        #expect(!reader.isAtEnd)
        #expect(try reader.next(String.self) == "last")
        #expect(reader.isAtEnd)
    }
}
