/// What a button of a page's message does.
package enum SlackAction: String, Sendable, Hashable, CaseIterable {
    case acknowledge, resolve, snooze

    package static let snoozeMinutes: Int64 = 60

    private var title: String {
        switch self {
        case .acknowledge: "Acknowledge"
        case .resolve: "Resolve"
        case .snooze: "Snooze 1 h"
        }
    }

    func button(page: String) -> SlackMessage.Button {
        SlackMessage.Button(
            text: .plain(title, charactersMax: SlackLimits.buttonCharactersMax), actionID: rawValue, value: page,
            style: self == .acknowledge ? "primary" : nil)
    }
}
