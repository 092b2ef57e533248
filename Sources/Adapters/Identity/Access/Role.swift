/// What a person or an API token is there for. Each role may do all that the one before it may.
package enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    /// Looks: metrics, alerts, pages.
    case viewer
    /// Shapes what others see: dashboards and silences.
    case editor
    /// Answers pages.
    case responder
    /// Manages people, tokens and the running server.
    case admin
}
