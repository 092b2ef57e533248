package import Response

/// What a status callback says, in the state machine's words.
package struct TwilioStatus: Sendable, Hashable {
    package var status: ConfirmationStatus
    /// Twilio's callbacks overtake each other; its own order of the statuses does not.
    package var order: Int64
    package var detail: String

    /// Nil for a status that nobody knows.
    package init?(call status: String, answeredBy: String) {
        // Whoever listens to a mailbox in the morning was not woken.
        let isMachine = answeredBy.hasPrefix("machine") || answeredBy == "fax"
        switch status {
        case "queued": self.init(status: .underWay, order: 0, detail: status)
        case "initiated": self.init(status: .underWay, order: 1, detail: status)
        case "ringing": self.init(status: .underWay, order: 2, detail: status)
        case "in-progress", "answered": self.init(status: .underWay, order: 3, detail: "answered")
        case "completed" where isMachine: self.init(status: .failed, order: 4, detail: "a machine answered")
        case "completed": self.init(status: .delivered, order: 4, detail: "answered")
        case "busy", "no-answer", "failed", "canceled": self.init(status: .failed, order: 4, detail: status)
        default: return nil
        }
    }

    package init?(message status: String, errorCode: String) {
        let code = errorCode.filter { $0.isASCII && $0.isNumber }.prefix(8)
        switch status {
        case "accepted", "scheduled", "queued": self.init(status: .underWay, order: 0, detail: status)
        case "sending": self.init(status: .underWay, order: 1, detail: status)
        case "sent": self.init(status: .underWay, order: 2, detail: status)
        case "delivered", "read": self.init(status: .delivered, order: 3, detail: "delivered")
        case "undelivered", "failed", "canceled":
            self.init(status: .failed, order: 3, detail: code.isEmpty ? status : "\(status), error \(code)")
        default: return nil
        }
    }

    private init(status: ConfirmationStatus, order: Int64, detail: String) {
        self.status = status
        self.order = order
        self.detail = detail
    }
}
