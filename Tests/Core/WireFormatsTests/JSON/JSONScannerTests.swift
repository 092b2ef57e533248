import Testing

@testable import WireFormats

@Suite("Reading JSON")
struct JSONScannerTests {
    private func text(_ json: String) throws -> String {
        var reader = JSONScanner(Array(json.utf8))
        let text = try reader.string()
        try reader.expectEnd()
        return text
    }

    @Test(
        "strings are unescaped",
        arguments: [
            (#""""#, ""), (#" "plain ü" "#, "plain ü"), (#""a\"b\\c\/d""#, #"a"b\c/d"#),
            (#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"), (#""\u00fc\u20AC""#, "ü€"), (#""\ud83d\ude00!""#, "😀!"),
            (#""\ud83dx""#, "\u{fffd}x"), (#""\ude00""#, "\u{fffd}"),
        ])
    func strings(json: String, expected: String) throws { #expect(try text(json) == expected) }

    @Test(
        "what is no string is told with its place",
        arguments: ["", "\"", "\"a", #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, "\"\u{1}\"", "x", #""a" b"#])
    func badStrings(json: String) { #expect(throws: WireFormatError.self) { try text(json) } }

    @Test("numbers", arguments: [("0", 0), ("-1.5e3", -1500), (" 1700000000.123", 1_700_000_000.123)])
    func numbers(json: String, expected: Double) throws {
        var reader = JSONScanner(Array(json.utf8))
        #expect(try reader.number() == expected)
    }

    @Test(
        "every kind of value is passed, and a broken one is not",
        arguments: [
            (#"{"a":[1,{"b":null}],"c":true,"d":"x"}"#, true), ("[]", true), ("{ }", true), (" false ", true),
            ("[1,]", false), ("[1", false), (#"{"a"}"#, false), (#"{"a":1,}"#, false), ("nul", false),
            ("1e999", true), ("--1", false), ("[1 2]", false), (#"{1:2}"#, false), ("tru", false),
        ])
    func skipping(json: String, isGood: Bool) {
        var reader = JSONScanner(Array(json.utf8))
        var isRead = false
        do {
            try reader.skip()
            try reader.expectEnd()
            isRead = true
        } catch {}
        #expect(isRead == isGood)
    }
}
