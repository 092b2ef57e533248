/// What a person answered to an SMS. Codes are GoAlert's: `12a` acknowledges page 12, `12e` escalates, `12c` resolves.
package enum SMSReply: Sendable, Hashable {
    package enum Action: Character, Sendable, Hashable {
        case acknowledge = "a"
        case escalate = "e"
        case resolve = "c"
    }

    case act(Action, code: String)
    /// Of all pages that the person was told of and that are nobody's.
    case acknowledgeAll
    /// The carrier's words: no more SMS to this number, or SMS again.
    case stop
    case start
    case unknown

    /// Longer texts are no answer of ours.
    private static let textBytesMax = 64
    private static let stops: Set<String> = [
        "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
    ]
    private static let starts: Set<String> = ["start", "unstop", "yes"]
    private static let words: [String: Action] = [
        "ack": .acknowledge, "acknowledge": .acknowledge, "a": .acknowledge, "escalate": .escalate, "esc": .escalate,
        "e": .escalate, "close": .resolve, "resolve": .resolve, "c": .resolve,
    ]

    package init(_ body: String) {
        self = .unknown
        guard body.utf8.count <= Self.textBytesMax else { return }
        let text = body.lowercased().filter { !$0.isWhitespace && $0 != "'" && $0 != "\"" }
        if Self.stops.contains(text) {
            self = .stop
        } else if Self.starts.contains(text) {
            self = .start
        } else if text == "aa" || text == "ackall" {
            self = .acknowledgeAll
        } else {
            let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
            let word = text.filter { !isDigit($0) }
            let code = text.filter(isDigit)
            // The code in front or behind, in one piece.
            guard let action = Self.words[word], !code.isEmpty, text == code + word || text == word + code else {
                return
            }
            self = .act(action, code: code)
        }
    }

    /// The number in front of a page's id; nil for what is no page.
    package static func code(ofPage id: String) -> String? {
        let code = id.prefix { $0 != "-" }
        return !code.isEmpty && code.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? String(code) : nil
    }
}
