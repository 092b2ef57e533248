import SignalModel

/// A severity by code and word: colour alone tells nobody anything.
struct SeverityText: Sendable, Hashable {
    let code: String
    let word: String
    /// Class and icon.
    let tone: String

    init(_ severity: Severity) {
        code = severity.rawValue
        tone = severity.rawValue.lowercased()
        word =
            switch severity {
            case .p0: "critical"
            case .p1: "high"
            case .p2: "medium"
            case .p3: "low"
            }
    }
}

extension SeverityText {
    /// Nil for what is no severity.
    init?(code: String) {
        guard let severity = Severity(rawValue: code) else { return nil }
        self.init(severity)
    }
}
