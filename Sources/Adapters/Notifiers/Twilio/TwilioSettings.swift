package import Basics

/// A channel that calls or texts through Twilio, or a service that speaks the same.
package struct TwilioSettings: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case voice, sms }

    package var kind: Kind
    /// `AC` and 32 hex digits; names the account and is no secret.
    package var accountSID: String
    /// Signs what Twilio sends to us, and lets whoever has it call at our cost.
    package var authToken: Secret
    /// A number of the account; for SMS also the SID of a messaging service, `MG…`.
    package var from: String
    /// Twilio's address, without a trailing slash.
    package var url: String
    /// Unconfirmed for so long, the channel's fallback takes over.
    package var confirmWithin: Duration
    /// Whether Twilio listens for answering machines: costs a little, and seconds at the beginning of a call.
    package var detectsMachines: Bool

    package static let urlDefault = "https://api.twilio.com"
    /// A call rings for half a minute and talks for about one.
    package static func confirmWithinDefault(_ kind: Kind) -> Duration {
        kind == .voice ? .seconds(120) : .seconds(60)
    }
    /// A fallback that comes later comes too late: the next level is paged by then.
    package static let confirmWithinMax = Duration.seconds(3600)

    package init(
        kind: Kind, accountSID: String, authToken: Secret, from: String, url: String = TwilioSettings.urlDefault,
        confirmWithin: Duration? = nil, detectsMachines: Bool = false
    ) {
        self.kind = kind
        self.accountSID = accountSID
        self.authToken = authToken
        self.from = from
        self.url = url
        self.confirmWithin = confirmWithin ?? Self.confirmWithinDefault(kind)
        self.detectsMachines = detectsMachines
    }

    var isMessagingService: Bool { kind == .sms && Self.isSID(from, "MG") }

    /// What is wrong with these settings, naming the key and never a secret; empty when nothing is.
    package var problems: [String] {
        var problems: [String] = []
        if !Self.isSID(accountSID, "AC") { problems.append("account_sid: must be AC and 32 hex digits") }
        if authToken.isEmpty || !HeaderRule.isValue(authToken.revealed) {
            problems.append("auth_token: holds characters that a token cannot, or none")
        }
        if !Self.isNumber(from), !isMessagingService {
            problems.append(
                kind == .sms
                    ? "from: must be a number such as +491701234567, or MG and 32 hex digits"
                    : "from: must be a number such as +491701234567")
        }
        problems += WebURL.problems(url, key: "url")
        return problems
    }

    /// E.164: a plus and up to 15 digits.
    package static func isNumber(_ text: String) -> Bool {
        let digits = text.dropFirst()
        return text.hasPrefix("+") && (8...15).contains(digits.utf8.count)
            && digits.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    private static func isSID(_ text: String, _ prefix: String) -> Bool {
        text.utf8.count == 34 && text.hasPrefix(prefix)
            && text.dropFirst(2).allSatisfy { $0.isHexDigit && $0.isASCII }
    }
}
