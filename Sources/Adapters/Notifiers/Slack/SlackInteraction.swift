internal import FoundationEssentials

/// A button that somebody pressed, out of Slack's payload.
///
/// Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
package struct SlackInteraction: Sendable, Hashable {
    package var user: String
    package var action: SlackAction
    package var page: String
    /// Where a word to that person alone goes.
    package var responseURL: String

    private struct Payload: Decodable {
        struct User: Decodable { var id: String }
        struct Action: Decodable {
            var actionID: String
            var value: String?
            enum CodingKeys: String, CodingKey {
                case actionID = "action_id"
                case value
            }
        }
        var type: String
        var user: User
        var actions: [Action]?
        var responseURL: String?
        enum CodingKeys: String, CodingKey {
            case type, user, actions
            case responseURL = "response_url"
        }
    }

    /// Nil for what is no button of ours.
    package init?(payload text: String) {
        guard let payload = try? JSONDecoder().decode(Payload.self, from: Data(text.utf8)),
            payload.type == "block_actions", let first = payload.actions?.first,
            let action = SlackAction(rawValue: first.actionID), let page = first.value, !page.isEmpty
        else { return nil }
        user = payload.user.id
        self.action = action
        self.page = page
        responseURL = payload.responseURL ?? ""
    }
}
