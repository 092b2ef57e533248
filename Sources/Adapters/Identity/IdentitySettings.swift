/// What the configuration may say about sign-in.
package struct IdentitySettings: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        case local
        /// Everybody is admin. Only with loopback listeners, see `OpenAccess`.
        case none
    }

    package var mode: Mode
    /// A session unused for this long ends. Three days: an on-call phone stays signed in over a weekend.
    package var sessionIdleMax: Duration
    /// A session this old ends, used or not.
    package var sessionAgeMax: Duration
    package var passwordCost: ScryptCost

    package init(
        mode: Mode = .local, sessionIdleMax: Duration = .seconds(3 * 86_400),
        sessionAgeMax: Duration = .seconds(14 * 86_400), passwordCost: ScryptCost = .standard
    ) {
        self.mode = mode
        self.sessionIdleMax = sessionIdleMax
        self.sessionAgeMax = sessionAgeMax
        self.passwordCost = passwordCost
    }
}
