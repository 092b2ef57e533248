/// A mail address, with the name shown before it if any: `Signalbox <signalbox@example.org>`.
///
/// The plain ASCII form only: what could end a line, open a comment or name two recipients is no address.
package struct MailAddress: Sendable, Hashable {
    package let name: String
    package let mailbox: String

    /// RFC 5321 §4.5.3.1.3, less the angle brackets; longer ones are refused.
    package static let mailboxBytesMax = 254

    package init?(_ text: String) {
        var rest = text[...]
        var name = ""
        if rest.hasSuffix(">"), let open = rest.lastIndex(of: "<") {
            name = String(rest[..<open])
            rest = rest[rest.index(after: open)...].dropLast()
        }
        while name.hasSuffix(" ") { name.removeLast() }
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
            name = String(name.dropFirst().dropLast())
        }
        guard HeaderRule.isValue(name), !name.contains("\""), !name.contains("\\"),
            Self.isMailbox(rest)
        else { return nil }
        self.name = name
        mailbox = String(rest)
    }

    package var domain: Substring {
        mailbox[mailbox.index(after: mailbox.lastIndex(of: "@") ?? mailbox.startIndex)...]
    }

    private static func isMailbox(_ text: Substring) -> Bool {
        guard text.utf8.count <= mailboxBytesMax, let at = text.lastIndex(of: "@") else { return false }
        let local = text[..<at]
        let domain = text[text.index(after: at)...]
        guard !local.isEmpty, local.utf8.count <= 64, !local.hasPrefix("."), !local.hasSuffix("."),
            !local.contains(".."), local.utf8.allSatisfy(isAtomByte)
        else { return false }
        return !domain.hasSuffix(".") && !domain.hasPrefix(".") && !domain.contains("..")
            && !domain.contains(":") && HostRule.isHost(String(domain))
    }

    /// RFC 5322 `atext` and the dot.
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        let lowered = byte | 0x20
        if lowered >= UInt8(ascii: "a") && lowered <= UInt8(ascii: "z") { return true }
        if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { return true }
        return atomPunctuation.contains(byte)
    }

    private static let atomPunctuation = Array("!#$%&'*+-/=?^_`{|}~.".utf8)
}
