internal import Basics
internal import FoundationEssentials
package import Response

/// Calls and texts by Twilio's REST API. Twilio accepts, and says later by a callback what became of it.
package struct TwilioNotifier: Notifier {
    private let settings: TwilioSettings
    private let url: WebURL
    private let externalURL: String
    private let links: LinkSigner
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Rings for so long, some six times; a mailbox mostly answers earlier.
    private static let ringSeconds = 30
    /// An SMS that a carrier could not hand over for so long is of no use any more.
    private static let validSeconds = 600

    /// Nil when the URL is none; `TwilioSettings.problems` says so first.
    package init?(_ settings: TwilioSettings, externalURL: String, links: LinkSigner, sender: HTTPSender) {
        let resource = settings.kind == .voice ? "Calls" : "Messages"
        guard let url = WebURL("\(settings.url)/2010-04-01/Accounts/\(settings.accountSID)/\(resource).json") else {
            return nil
        }
        self.settings = settings
        self.url = url
        self.externalURL = externalURL
        self.links = links
        self.sender = sender
        redaction = Redaction([settings.authToken, Secret(Self.credentials(settings))])
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        let number = notification.channel.address
        guard TwilioSettings.isNumber(number) else {
            return .permanent(reason: "the address is no number such as +491701234567")
        }
        guard settings.kind == .sms || notification.kind == .page else {
            return .permanent(reason: "a call tells of pages only: give the person a contact for mail as well")
        }
        let form = settings.kind == .voice ? call(notification, number) : message(notification, number)
        let headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "User-Agent", value: "Signalbox"),
            (name: "Authorization", value: "Basic " + Self.credentials(settings)),
        ]
        switch await sender.post(to: url, headers: headers, body: Array(FormBody.encode(form).utf8)) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply): return result(reply)
        }
    }

    private func call(_ notification: Notification, _ number: String) -> [(name: String, value: String)] {
        let callback = TwilioCallback(notification)
        let channel = notification.channel.channel
        var form = [
            (name: "To", value: number), (name: "From", value: settings.from),
            (name: "Url", value: callback.voiceURL(externalURL, channel: channel, turn: 0)),
            (name: "StatusCallback", value: callback.statusURL(externalURL, channel: channel)),
        ]
        for event in ["initiated", "ringing", "answered", "completed"] {
            form.append((name: "StatusCallbackEvent", value: event))
        }
        form.append((name: "Timeout", value: String(Self.ringSeconds)))
        if settings.detectsMachines { form.append((name: "MachineDetection", value: "Enable")) }
        return form
    }

    private func message(_ notification: Notification, _ number: String) -> [(name: String, value: String)] {
        let channel = notification.channel.channel
        return [
            (name: "To", value: number),
            (name: settings.isMessagingService ? "MessagingServiceSid" : "From", value: settings.from),
            (name: "Body", value: SMSText.make(notification, acknowledgeURL: links.acknowledgeURL(notification))),
            (
                name: "StatusCallback",
                value: TwilioCallback(notification).statusURL(externalURL, channel: channel)
            ),
            (name: "ValidityPeriod", value: String(Self.validSeconds)),
        ]
    }

    private struct Answer: Decodable {
        var sid: String?
        var message: String?
        var code: Int?
    }

    private func result(_ reply: HTTPReply) -> DeliveryResult {
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(reply.body.utf8))
        guard (200..<300).contains(reply.status) else {
            let words = [answer?.message, answer?.code.map { "error \($0)" }].compactMap(\.self)
            let said = words.isEmpty ? reply.body : words.joined(separator: ", ")
            return reply.refusal(by: url.authority, said: redaction.clean(said))
        }
        guard let sid = answer?.sid, !sid.isEmpty else {
            return .permanent(reason: "\(url.authority) answered \(reply.status) without a sid: it is not Twilio")
        }
        return .accepted(
            reference: redaction.clean(sid, charactersMax: 64),
            confirmWithinMilliseconds: settings.confirmWithin.milliseconds)
    }

    private static func credentials(_ settings: TwilioSettings) -> String {
        Data("\(settings.accountSID):\(settings.authToken.revealed)".utf8).base64EncodedString()
    }
}
