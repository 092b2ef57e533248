package import Basics

/// Who did what to whose access, or to the rules, and from where.
package struct IdentityAuditEntry: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case signIn = "sign-in"
        case signInFailed = "sign-in failed"
        /// Refused unchecked, for too many tries. Recorded once per refusal period, not once per try.
        case signInThrottled = "sign-in throttled"
        case signOut = "sign-out"
        case userCreated = "user created"
        case userRemoved = "user removed"
        case roleChanged = "role changed"
        case passwordChanged = "password changed"
        case tokenCreated = "token created"
        case tokenRevoked = "token revoked"
        case tokenLimited = "token limited"
        case seriesDeleted = "series deleted"
        case tombstonesCleaned = "tombstones cleaned"
        case snapshotTaken = "snapshot taken"
        case ruleGroupStored = "rule group stored"
        case ruleGroupRemoved = "rule group removed"
        case ruleNamespaceRemoved = "rule namespace removed"
        case silenceSet = "silence set"
        case silenceExpired = "silence expired"
        case silenceApproved = "silence approved"
        case glassBroken = "break-glass opened"
        case glassRestored = "break-glass closed"
        case deadLettersReplayed = "dead letters replayed"
        case logsRead = "logs read"
        case logsDeleted = "logs deleted"
        case searchSaved = "search saved"
        case searchRemoved = "search removed"
        case logMetricStored = "metric of logs stored"
        case logMetricRemoved = "metric of logs removed"
        case samplingChanged = "sampling changed"
        case deadLettersDiscarded = "dead letters discarded"
        case logsReplayed = "logs processed again"
        case logsReplayStopped = "logs processed again: stopped"
    }

    package var at: Timestamp
    /// A principal's audit name; the claimed user name for sign-ins that failed.
    package var actor: String
    package var action: Action
    /// `user:ann`, `token:1f0c…` or `rules:NAMESPACE/GROUP`.
    package var subject: String
    /// The client's address; empty when there is none.
    package var source: String
    /// Sorted facts such as `role`, `name`, `expires`. Never a secret.
    package var details: [String: String]

    package init(
        at: Timestamp, actor: String, action: Action, subject: String, source: String = "",
        details: [String: String] = [:]
    ) {
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.source = source
        self.details = details
    }
}
