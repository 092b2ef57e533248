/// The notification's key where only plain ASCII may stand: headers and message ids.
enum DeliveryKey {
    /// Letters, digits and `-._` as they are, other bytes as `%XX`.
    static func headerSafe(_ key: String) -> String {
        var safe: [UInt8] = []
        for byte in key.utf8 {
            let lowered = byte | 0x20
            let isLetter = lowered >= UInt8(ascii: "a") && lowered <= UInt8(ascii: "z")
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if isLetter || isDigit || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte) {
                safe.append(byte)
            } else {
                safe += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: safe, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
