/// A channel that cannot work, found before anything is sent.
package struct ChannelSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    package var channel: String
    /// Each names a key and never a secret.
    package var problems: [String]

    package var description: String { "channel \(channel): " + problems.joined(separator: "; ") }
}
