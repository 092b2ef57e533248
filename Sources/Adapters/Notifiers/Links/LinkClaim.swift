package import Basics

/// What a signed link lets whoever has it do: one thing to one page, until a time.
package struct LinkClaim: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case acknowledge = "a"
    }

    package var page: String
    /// Whom the link was sent to; empty for a team channel.
    package var person: String
    /// The channel it was sent by.
    package var channel: String
    package var action: Action
    package var expiresAt: Timestamp

    package init(page: String, person: String, channel: String, action: Action, expiresAt: Timestamp) {
        self.page = page
        self.person = person
        self.channel = channel
        self.action = action
        self.expiresAt = expiresAt
    }

    /// How the timeline names whoever used the link.
    package var actor: String { person.isEmpty ? "link sent to \(channel)" : person }
}
