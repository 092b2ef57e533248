import Hummingbird
import Response
import WireFormats

/// What an API server is answered.
struct AdmissionAnswer: Sendable {
    let uid: String
    private(set) var refusal: String?
    private(set) var warnings: [String] = []
    private(set) var decision: GateDecision?

    /// Longer ones are cut off by API servers.
    static let warningBytesMax = 120
    /// More help nobody, and an API server drops what is past 4 096 bytes.
    private static let warningsMax = 10

    init(uid: String) { self.uid = uid }

    var isAllowed: Bool { refusal == nil }

    mutating func warn(_ text: String) {
        guard warnings.count < Self.warningsMax else { return }
        warnings.append(Self.warning("signalbox: " + text))
    }

    mutating func tell(_ decision: GateDecision) {
        self.decision = decision
        switch decision.verdict {
        case .allow: break
        case .caution: for reason in decision.reasons { warn(reason) }
        case .unknown: for reason in decision.reasons { warn("cannot tell, so it passes: \(reason)") }
        case .blocked:
            refusal =
                "signalbox: \(decision.question.service): \(decision.sentences.joined(separator: "; ")). "
                + "Rollbacks and scaling pass; a critical fix says so in \(WorkloadRollout.changeKey) and "
                + "\(WorkloadRollout.reasonKey)."
        }
    }

    /// It travels in an HTTP header: printable ASCII, and no longer than is shown.
    static func warning(_ text: String) -> String {
        let plain = text.unicodeScalars.map { (0x20...0x7e).contains($0.value) ? Character($0) : "?" }
        return plain.count <= warningBytesMax
            ? String(plain) : String(plain.prefix(warningBytesMax - 3)) + "..."
    }

    var response: Response {
        var json = JSONWriter()
        json.object { json in
            json.key("apiVersion")
            json.string(AdmissionReview.apiVersion)
            json.key("kind")
            json.string("AdmissionReview")
            json.key("response")
            json.object { json in
                json.key("uid")
                json.string(uid)
                json.key("allowed")
                json.bool(isAllowed)
                if let refusal {
                    json.key("status")
                    json.object { json in
                        json.key("code")
                        json.integer(403)
                        json.key("reason")
                        json.string("Forbidden")
                        json.key("message")
                        json.string(refusal)
                    }
                }
                if !warnings.isEmpty {
                    json.key("warnings")
                    json.array { json in for warning in warnings { json.string(warning) } }
                }
                if let decision {
                    json.key("auditAnnotations")
                    json.object { json in
                        json.key("decision")
                        json.string(decision.verdict.rawValue)
                        json.key("service")
                        json.string(decision.question.service)
                        json.key("change")
                        json.string(decision.question.change.rawValue)
                    }
                }
            }
        }
        return .json(json)
    }
}
