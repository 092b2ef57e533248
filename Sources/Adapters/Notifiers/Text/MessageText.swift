internal import SignalModel

/// What every channel says about a notification, in pieces that each lays out its own way.
///
/// Written for a phone at three in the morning: what and how bad first, then where, since when, and the links.
package struct MessageText: Sendable, Hashable {
    package struct Fact: Sendable, Hashable {
        package var name: String
        package var value: String
    }
    package struct Link: Sendable, Hashable {
        package var title: String
        package var url: String
    }
    package struct AlertLine: Sendable, Hashable {
        /// What tells this alert from its siblings.
        package var title: String
        package var isResolved: Bool
        package var since: String
    }

    /// One line: severity, state, what.
    package var headline: String
    package var facts: [Fact]
    /// Summary, description, note.
    package var paragraphs: [String]
    package var links: [Link]
    package var alerts: [AlertLine]
    /// Alerts beyond `alertsMax`.
    package var alertsLeftOut: Int

    /// Alerts listed one by one; the rest are counted. More does not help anybody who was just woken.
    package static let alertsMax = 10
}

extension Severity {
    /// The word of the paging policy.
    package var word: String {
        switch self {
        case .p0: "critical"
        case .p1: "high"
        case .p2: "medium"
        case .p3: "low"
        }
    }
}
