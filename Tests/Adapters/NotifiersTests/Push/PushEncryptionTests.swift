import Basics
import Crypto
import Notifiers
import Testing

@Suite("Sealed pushes")
struct PushEncryptionTests {
    private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64URL.decode(text)) }

    private func subscription() throws -> PushSubscription {
        try #require(
            PushSubscription(
                endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", person: "ann",
                publicKey:
                    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                secret: "BTBZMqHH6r4Tts7J_aSIgg", device: "", createdAt: .epoch))
    }

    @Test("the example of RFC 8291 comes out byte for byte")
    func example() throws {
        let sealed = try PushEncryption.seal(
            Array("When I grow up, I want to be a watermelon".utf8), for: subscription(),
            ephemeralKey: bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), salt: bytes("DGv6ra1nlYgDCS1FRnbzlw"))
        #expect(
            Base64URL.encode(sealed)
                == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqK"
                + "K6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
    }

    @Test("the longest text fills a push and no more")
    func longest() throws {
        let sealed = try PushEncryption.seal(
            [UInt8](repeating: 65, count: PushEncryption.textBytesMax), for: subscription(),
            ephemeralKey: bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), salt: bytes("DGv6ra1nlYgDCS1FRnbzlw"))
        #expect(sealed.count == PushEncryption.bodyBytesMax)
    }

    private static let point =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"

    @Test(
        "keys that are none are no subscription",
        arguments: [
            (point, "BTBZMqHH6r4Tts7J_aSI"), (point, ""), ("", "BTBZMqHH6r4Tts7J_aSIgg"),
            (String(point.dropLast(2)), "BTBZMqHH6r4Tts7J_aSIgg"), (point + "AA", "BTBZMqHH6r4Tts7J_aSIgg"),
            ("B" + String(repeating: "A", count: 86), "BTBZMqHH6r4Tts7J_aSIgg"),
        ])
    func badKeys(publicKey: String, secret: String) {
        let made = PushSubscription(
            endpoint: "https://push.example.net/x", person: "ann", publicKey: publicKey, secret: secret, device: "",
            createdAt: .epoch)
        #expect(made == nil)
    }

    @Test(
        "only listed services are called, and in the clear only this machine",
        arguments: [
            ("https://fcm.googleapis.com/fcm/send/x", true),
            ("https://updates.push.services.mozilla.com/wpush/v2/x", true),
            ("https://db5p.notify.windows.com/w/?token=x", true), ("https://FCM.googleapis.com:443/x", true),
            ("http://fcm.googleapis.com/x", false), ("https://evil.example/x", false),
            ("https://fcm.googleapis.com.evil.example/x", false), ("https://evilnotify.windows.com/x", false),
            ("https://fcm.googleapis.com@evil.example/x", false), ("https://user@fcm.googleapis.com/x", false),
            ("http://127.0.0.1:9/x", false), ("file:///etc/passwd", false), ("", false),
        ])
    func services(endpoint: String, isAllowed: Bool) {
        #expect(PushSettings(contact: "mailto:ops@example.org").allows(endpoint) == isAllowed)
    }

    @Test("a listed loopback service may be called in the clear, another may not")
    func loopback() {
        let settings = PushSettings(contact: "mailto:ops@example.org", services: ["127.0.0.1", "push.example"])
        #expect(settings.allows("http://127.0.0.1:9/x"))
        #expect(!settings.allows("http://push.example/x"))
        #expect(settings.allows("https://push.example/x"))
    }
}
