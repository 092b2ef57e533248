import Response

/// A page's status by word, tone and icon.
struct StatusText: Sendable, Hashable {
    let word: String
    /// Class and icon: `burning`, `held`, `over`.
    let tone: String

    init(_ status: Page.Status) {
        switch status {
        case .open: (word, tone) = ("Unacknowledged", "burning")
        case .acknowledged: (word, tone) = ("Acknowledged", "held")
        case .snoozed: (word, tone) = ("Snoozed", "snoozed")
        case .silenced: (word, tone) = ("Silenced", "snoozed")
        case .resolved: (word, tone) = ("Resolved", "over")
        }
    }
}
