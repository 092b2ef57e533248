import Basics
import Crypto
import Foundation
import Notifiers
import Response
import SignalModel
import Testing

@Suite("Web Push")
struct PushNotifierTests {
    private static let path = "/push/device-secret-path"

    private func device(_ endpoint: String, person: String = "ann") throws -> PushSubscription {
        let key = P256.KeyAgreement.PrivateKey()
        return try #require(
            PushSubscription(
                endpoint: endpoint, person: person,
                publicKey: Base64URL.encode(Array(key.publicKey.x963Representation)),
                secret: Base64URL.encode([UInt8](repeating: 7, count: 16)), device: "a phone", createdAt: .epoch))
    }

    private func deliver(
        _ answers: [LocalHTTPReceiver.Answer],
        _ notification: Response.Notification = Notifications.make(address: "ann", channel: "push")
    ) async throws -> (DeliveryResult, [LocalHTTPReceiver.Request], left: [String]) {
        var receivers: [LocalHTTPReceiver] = []
        for answer in answers { receivers.append(try await LocalHTTPReceiver.start(answer)) }
        let devices = MemoryPushSubscriptions(
            try receivers.map { try device($0.url + Self.path) } + [
                device("https://fcm.googleapis.com/x", person: "bob")
            ])
        let sender = HTTPSender(clock: SystemClock())
        let notifier = PushNotifier(
            PushSettings(contact: "mailto:ops@example.org", services: ["127.0.0.1"]), links: .fixture,
            delivery: .fixture(devices), sender: sender)
        let result = await notifier.deliver(notification)
        expectNoLeak(result, of: [Self.path])
        try await sender.shutdown()
        for receiver in receivers { try await receiver.stop() }
        return (result, receivers.flatMap(\.received), devices.endpoints)
    }

    private static let statuses: [(LocalHTTPReceiver.Answer, Outcome)] = [
        (.status(201), .delivered), (.status(200), .delivered), (.status(202), .delivered),
        (.status(400), .permanent), (.status(401), .permanent), (.status(403), .permanent),
        (.status(413), .permanent), (.status(404), .permanent), (.status(410), .permanent),
        (.status(429, headers: [("Retry-After", "5")]), .retry(after: 5000)), (.status(500), .retry(after: nil)),
        (.close, .retry(after: nil)),
    ]

    @Test("each answer has its outcome; 404 and 410 forget the device", arguments: statuses)
    func statusTable(answer: LocalHTTPReceiver.Answer, expected: Outcome) async throws {
        let (result, requests, left) = try await deliver([answer])
        #expect(Outcome(result) == expected, "\(result)")
        #expect(requests.count == 1)
        let isGone = if case .status(let status, _, _) = answer { status == 404 || status == 410 } else { false }
        #expect(left.count == (isGone ? 1 : 2))
    }

    @Test("one device that takes it is enough; without any the next channel takes over")
    func several() async throws {
        #expect(Outcome(try await deliver([.status(500), .status(201), .status(410)]).0) == .delivered)
        #expect(Outcome(try await deliver([.status(403), .status(500)]).0) == .retry(after: nil))
        let (result, _, _) = try await deliver([])
        #expect(result.reason == "no device of ann takes pushes: enable them in the console")
    }

    @Test("the request has what push services ask for, and a word that its signature proves")
    func request() async throws {
        let (_, requests, _) = try await deliver([.status(201)])
        let request = try #require(requests.first)
        #expect(request.uri == Self.path)
        #expect(request.header("TTL") == "3600")
        #expect(request.header("Urgency") == "high")
        #expect(request.header("Content-Encoding") == "aes128gcm")
        #expect(try #require(request.header("Topic")).utf8.count == 32)
        let authorization = try #require(request.header("Authorization"))
        let match = try #require(authorization.wholeMatch(of: /vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)/))
        let key = try P256.Signing.PublicKey(
            x963Representation: try #require(Base64URL.decode(match.output.4)))
        let signature = try P256.Signing.ECDSASignature(
            rawRepresentation: try #require(Base64URL.decode(match.output.3)))
        #expect(key.isValidSignature(signature, for: Array("\(match.output.1).\(match.output.2)".utf8)))
        let claims = try JSONSerialization.jsonObject(with: Data(try #require(Base64URL.decode(match.output.2))))
        let pairs = try #require(claims as? [String: Any])
        #expect((pairs["aud"] as? String)?.hasPrefix("http://127.0.0.1:") == true)
        #expect(pairs["sub"] as? String == "mailto:ops@example.org")
        #expect(try #require(pairs["exp"] as? Int64) < SystemClock().now().milliseconds / 1000 + 86_400)
    }

    @Test("the message says what and where, and how to acknowledge; whatever its size it fits")
    func message() throws {
        let notification = Notifications.make(address: "ann", channel: "push")
        let link = try #require(LinkSigner.fixture.acknowledgeURL(notification))
        let text = String(decoding: try PushMessage(notification, acknowledgeURL: link).encoded(), as: UTF8.self)
        #expect(
            text == #"""
                {"acknowledge":"\#(link)","body":"shop, front-door, cluster eu-1, production\n\#
                2026-11-23 04:00:00 UTC, for 12 min\nedge\nann, level 1","isUrgent":true,"tag":"page-7",\#
                "title":"[P0] FIRING: Front door answers 5xx","url":"http://signalbox.example/pages/page-7"}
                """#)
        let long = String(repeating: "👩‍🚒", count: 5000)
        let huge = Notifications.make(title: long, annotations: ["summary": long], text: long, pageID: long)
        #expect(try PushMessage(huge, acknowledgeURL: link).encoded().count <= PushEncryption.textBytesMax)
    }
}
