/// What Slack refuses beyond (`invalid_payload`), so what is longer is cut here. Blocks are few, and alerts are
/// capped by `MessageText`.
enum SlackLimits {
    static let sectionCharactersMax = 3000
    static let fieldCharactersMax = 2000
    static let fieldsMax = 10
    static let buttonCharactersMax = 75
    /// Slack takes more but folds it away.
    static let textCharactersMax = 3000
}
