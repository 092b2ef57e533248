internal import Crypto

/// SHA-256 of a random secret: all that is kept of a session cookie or a token.
///
/// Fit only for secrets of full entropy; passwords go through `PasswordHash`.
package struct SecretDigest: Sendable, Hashable {
    private var first: UInt64
    private var second: UInt64
    private var third: UInt64
    private var fourth: UInt64

    package static let bytesCount = 32

    package init(of secret: String) {
        var secret = secret
        self = secret.withUTF8 { bytes in
            SHA256.hash(data: UnsafeRawBufferPointer(bytes)).withUnsafeBytes { SecretDigest(loading: $0) }
        }
    }

    /// Nil unless there are exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount else { return nil }
        self = bytes.withUnsafeBytes { SecretDigest(loading: $0) }
    }

    private init(loading bytes: UnsafeRawBufferPointer) {
        first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        fourth = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    package var bytes: [UInt8] {
        [first, second, third, fourth].flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
    }
}
