import Notifiers
import TestKit
import Testing

@Suite struct QuotedPrintableTests {
    @Test(
        "what must be escaped is, and nothing else",
        arguments: [
            ("plain", "plain"), ("a=b", "a=3Db"), ("ä", "=C3=A4"), ("end ", "end=20"), ("a b\n\nc", "a b\r\n\r\nc"),
            ("tab\there", "tab\there"), ("\u{0}", "=00"), ("crlf\r\nx", "crlf\r\nx"), (".", "."),
        ])
    func table(text: String, encoded: String) {
        #expect(QuotedPrintable.encode(text) == encoded)
    }

    @Test("any text comes back, on lines of at most 76 characters", arguments: [UInt64(1), 2, 3, 4, 5])
    func roundTrip(seed: UInt64) {
        let randomness = SeededRandomness(seed: seed)
        let alphabet = Array("abc =.\tä🔥<>\u{0}\n")
        let text = String((0..<2000).map { _ in alphabet[Int(randomness.next() % UInt64(alphabet.count))] })
        let encoded = QuotedPrintable.encode(text)
        #expect(encoded.split(separator: "\r\n", omittingEmptySubsequences: false).allSatisfy { $0.utf8.count <= 76 })
        #expect(decode(encoded) == text, "seed \(seed)")
    }

    private func decode(_ text: String) -> String {
        let bytes = Array(text.replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count {
                decoded.append(UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16) ?? 0)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
