internal import Crypto
internal import FoundationEssentials

/// RFC 8291: a message that only the browser can open, in one record of RFC 8188's `aes128gcm`.
package enum PushEncryption {
    /// Of the whole body; push services take no more.
    package static let bodyBytesMax = 4096
    private static let headerBytes = 16 + 4 + 1 + 65
    /// What remains for the text: the header, the padding's delimiter and the tag are off.
    package static let textBytesMax = bodyBytesMax - headerBytes - 1 - 16
    package static let saltBytes = 16
    package static let keyBytes = 32

    /// `ephemeralKey` is a P-256 private key for this one message, `salt` 16 bytes; both random. Nil for a key that is
    /// none, which chance hardly ever draws.
    package static func seal(
        _ text: [UInt8], for subscription: PushSubscription, ephemeralKey: [UInt8], salt: [UInt8]
    ) throws -> [UInt8] {
        precondition(salt.count == saltBytes && text.count <= textBytesMax)
        let own = try P256.KeyAgreement.PrivateKey(rawRepresentation: ephemeralKey)
        let theirs = try P256.KeyAgreement.PublicKey(x963Representation: subscription.publicKey)
        let ownPublic = Array(own.publicKey.x963Representation)
        let shared = try own.sharedSecretFromKeyAgreement(with: theirs).withUnsafeBytes { Array($0) }
        let material = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: shared), salt: subscription.secret,
            info: Array("WebPush: info\0".utf8) + subscription.publicKey + ownPublic, outputByteCount: 32)
        let contentKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, salt: salt, info: Array("Content-Encoding: aes128gcm\0".utf8),
            outputByteCount: 16)
        let nonce = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, salt: salt, info: Array("Content-Encoding: nonce\0".utf8), outputByteCount: 12
        )
        // 2 ends the last record; ours is the only one.
        let sealed = try AES.GCM.seal(
            text + [2], using: contentKey, nonce: AES.GCM.Nonce(data: nonce.withUnsafeBytes { Array($0) }))
        let recordSize = withUnsafeBytes(of: UInt32(bodyBytesMax).bigEndian) { Array($0) }
        return salt + recordSize + [UInt8(ownPublic.count)] + ownPublic + sealed.ciphertext + sealed.tag
    }
}
