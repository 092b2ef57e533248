import Ingest

/// How a target does, in a word and a tone.
struct TargetState: Sendable {
    let health: String
    let healthTone: String

    init(_ health: TargetStatus.Health) {
        (self.health, healthTone) =
            switch health {
            case .up: ("up", "ok")
            case .down: ("down", "bad")
            case .unknown: ("not tried yet", "quiet")
            }
    }

    /// Of a target that a rule dropped.
    private init(_ health: String, _ tone: String) {
        self.health = health
        healthTone = tone
    }

    static let dropped = TargetState("dropped", "quiet")
}
