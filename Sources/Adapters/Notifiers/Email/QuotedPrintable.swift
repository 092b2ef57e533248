/// RFC 2045 §6.7: any text as short ASCII lines, readable where it was ASCII before.
package enum QuotedPrintable {
    /// Characters on a line, the soft break's `=` included.
    private static let lineMax = 76

    /// Line breaks of `text` become CRLF; everything else comes back byte for byte.
    package static func encode(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { encodeLine($0) }.joined(separator: "\r\n")
    }

    package static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "=0\(digits)" : "=\(digits)"
    }

    private static func encodeLine(_ line: Substring) -> String {
        let bytes = Array(line.utf8)
        var encoded = ""
        var lineCount = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index + 1 == bytes.count
            let isPrintable = byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "=")
            // Relays eat blanks at the end of a line, so that one is escaped.
            let isInnerBlank = (byte == 0x20 || byte == 0x09) && !isLast
            let piece = isPrintable || isInnerBlank ? String(Unicode.Scalar(byte)) : escaped(byte)
            if lineCount + piece.utf8.count > lineMax - 1 {
                encoded += "=\r\n"
                lineCount = 0
            }
            encoded += piece
            lineCount += piece.utf8.count
        }
        return encoded
    }
}
