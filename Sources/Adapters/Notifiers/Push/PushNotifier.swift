internal import Basics
package import Response

/// Pushes to every device of the person the notification names. One that takes it is enough.
package struct PushNotifier: Notifier {
    private let settings: PushSettings
    private let links: LinkSigner
    private let delivery: PushDelivery
    private let sender: HTTPSender

    /// How long a push service keeps a message for a device that is off: by then the page has gone other ways.
    private static let keepSeconds = 3600

    package init(_ settings: PushSettings, links: LinkSigner, delivery: PushDelivery, sender: HTTPSender) {
        self.settings = settings
        self.links = links
        self.delivery = delivery
        self.sender = sender
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        let person = notification.channel.address
        let devices: [PushSubscription]
        do { devices = try await delivery.subscriptions.subscriptions(of: person) } catch {
            return .retry(reason: "the list of devices cannot be read", retryAfterMilliseconds: nil)
        }
        let message = PushMessage(notification, acknowledgeURL: links.acknowledgeURL(notification))
        guard let text = try? message.encoded() else { return .permanent(reason: "the message cannot be written") }
        let headers = [
            (name: "TTL", value: String(Self.keepSeconds)), (name: "Topic", value: message.topic),
            (name: "Urgency", value: message.isUrgent ? "high" : "normal"),
            (name: "Content-Type", value: "application/octet-stream"), (name: "Content-Encoding", value: "aes128gcm"),
            (name: "User-Agent", value: "Signalbox"),
        ]
        let results = await withTaskGroup(of: DeliveryResult?.self) { group in
            for device in devices { group.addTask { await push(text, to: device, headers) } }
            return await group.reduce(into: [DeliveryResult]()) { if let result = $1 { $0.append(result) } }
        }
        return Self.verdict(results, person: PlainLine.make(person, charactersMax: 60))
    }

    /// Nil when the device takes no pushes any more.
    private func push(
        _ text: [UInt8], to device: PushSubscription, _ headers: [(name: String, value: String)]
    ) async -> DeliveryResult? {
        guard let url = WebURL(device.endpoint), settings.allows(device.endpoint) else {
            return .permanent(reason: "a device's push service is not among the channel's services")
        }
        let origin = String(url.text.prefix(url.text.count - url.pathAndQuery.count))
        var headers = headers
        let body: [UInt8]
        do {
            let authorization = try delivery.key.authorization(
                origin: origin, contact: settings.contact, now: delivery.clock.now())
            headers.append((name: "Authorization", value: authorization))
            body = try PushEncryption.seal(
                text, for: device, ephemeralKey: delivery.randomness.bytes(PushEncryption.keyBytes),
                salt: delivery.randomness.bytes(PushEncryption.saltBytes))
        } catch { return .retry(reason: "the message could not be sealed", retryAfterMilliseconds: nil) }
        // The endpoint's path is the device's: reasons name the host only.
        let redaction = Redaction([Secret(device.endpoint)])
        switch await sender.post(to: url, headers: headers, body: body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply):
            if (200..<300).contains(reply.status) { return .delivered }
            if reply.status == 404 || reply.status == 410 {
                // Should this fail, the next push asks again.
                try? await delivery.subscriptions.remove(device.endpoint)
                return nil
            }
            return reply.refusal(by: url.authority, said: redaction.clean(reply.body))
        }
    }

    private static func verdict(_ results: [DeliveryResult], person: String) -> DeliveryResult {
        if results.contains(.delivered) { return .delivered }
        for result in results { if case .retry = result { return result } }
        return results.first ?? .permanent(reason: "no device of \(person) takes pushes: enable them in the console")
    }
}
