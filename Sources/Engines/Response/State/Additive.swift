package import Rules

/// A part of the state that older journals and snapshots lack: absent, it is as `init` makes it.
package protocol Additive: Codable {
    init()
}

extension KeyedDecodingContainer {
    /// Synthesised decoding prefers this to the general one.
    package func decode<Part: Additive>(_ type: Part.Type, forKey key: Key) throws -> Part {
        try decodeIfPresent(type, forKey: key) ?? Part()
    }
}

extension ObjectiveBook: Additive {}
