/// Secrets as lower-case RFC 4648 base32 without padding: a double click selects all of one, and none needs
/// escaping in a header, a URL or a shell.
enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            pendingBits += 8
            while pendingBits >= 5 {
                pendingBits -= 5
                text.append(alphabet[Int(pending >> pendingBits & 31)])
            }
        }
        if pendingBits > 0 { text.append(alphabet[Int(pending << (5 - pendingBits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
