/// The `_id` of a record whose sender gave none: its sequence, sixteen hexadecimal digits after a tilde, so that it is
/// never one that senders make up as a UUID, a hash or a number.
package enum GeneratedIdentity {
    package static func text(of sequence: UInt64) -> String {
        let digits = String(sequence, radix: 16)
        return "~" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    package static func sequence(of text: String) -> UInt64? {
        guard text.utf8.count == 17, text.utf8.first == UInt8(ascii: "~") else { return nil }
        let digits = text.dropFirst()
        guard digits.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }) else { return nil }
        return UInt64(digits, radix: 16)
    }
}
