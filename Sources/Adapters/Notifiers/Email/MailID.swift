/// The part of a message id before the `@`, made from a key of ours.
enum MailID {
    private static let readableMax = 40

    /// Readable where the key is short; always with a hash, so that different keys stay different when cut.
    static func token(_ key: String) -> String {
        let readable = DeliveryKey.headerSafe(key).replacing("%", with: "-").prefix(readableMax)
        let hash = Fingerprint.hex(["key": key])
        let trimmed = readable.split(separator: ".").joined(separator: ".")
        return trimmed.isEmpty ? hash : "\(trimmed).\(hash)"
    }
}
