/// How many of each there may be. All of them are held in memory.
package enum IdentityLimits {
    /// Beyond it a new user is refused.
    package static let usersMax = 10_000
    /// Beyond it a new token is refused.
    package static let tokensMax = 10_000
    /// Beyond it a user's longest unused session ends when a new one begins.
    package static let sessionsPerUserMax = 20
    /// Beyond it a sign-in is answered "busy, try again": each waits for a quarter of a second of scrypt.
    package static let signInsWaitingMax = 16
    /// Times of use are kept this coarsely, so that a busy token costs one write in five minutes.
    package static let usageResolution = Duration.seconds(300)
    /// Names of tokens; longer ones are refused.
    package static let tokenNameBytesMax = 128
    /// Forced labels of one ingest token; more are refused.
    package static let forcedLabelsMax = 16
    /// Bytes of one forced label's value; longer ones are refused.
    package static let forcedLabelValueBytesMax = 256
}
