import Basics
import Response
import Rules

/// The curve as a drawing, stretched to the width it gets; what it shows stands as text beside it.
struct BurnDownPicture: Sendable {
    struct Line: Sendable {
        let lineY: String
        let lineClass: String
        let lineText: String
    }

    struct Mark: Sendable {
        let markX: String
        let markWidth: String
        let markText: String
    }

    let curve: String
    let area: String
    let lines: [Line]
    let deploys: [Mark]
    let incidents: [Mark]
    let topText: String

    static let width = 1000.0
    static let height = 240.0
    /// Above the edge of the freeze.
    private static let room = 1.2
    /// A curve that goes higher is cut: the edges would lie on the ground otherwise.
    private static let frozenEdgesMax = 3.0
    private static let markHalf = 1.0
    /// What lasts a moment is seen on a phone too.
    private static let incidentMin = 4.0

    init(
        _ curve: [(at: Int64, share: Double)], _ policy: BudgetPolicy, from: Int64, to: Int64,
        deploys: [(at: Int64, text: String)],
        incidents: [(from: Int64, to: Int64, text: String)]
    ) {
        let highest = curve.map(\.share).max() ?? 0
        let top = min(max(policy.frozen * Self.room, highest * 1.05), policy.frozen * Self.frozenEdgesMax)
        func y(_ share: Double) -> Double { Self.height - Self.height * min(max(share, 0), top) / top }
        func x(_ time: Int64) -> Double {
            to > from ? Self.width * Double(min(max(time, from), to) - from) / Double(to - from) : 0
        }
        let points = curve.map { "\(Self.text(x($0.at))) \(Self.text(y($0.share)))" }
        let begin = Self.text(x(curve.first?.at ?? from))
        self.curve = points.isEmpty ? "" : "M" + points.joined(separator: "L")
        area =
            points.isEmpty
            ? ""
            : self.curve + "L\(Self.text(Self.width)) \(Self.text(Self.height))L\(begin) \(Self.text(Self.height))Z"
        lines = [
            (BudgetPolicyState.caution, "edge-caution"), (.criticalFixesOnly, "edge-critical"),
            (.frozen, "edge-frozen"),
        ].map { state, name in
            let edge = policy.edge(state)
            return Line(
                lineY: Self.text(y(edge)), lineClass: name,
                lineText: "\(DeployGate.percent(edge)) \(BudgetText.words(state))")
        }
        topText =
            highest > top
            ? "cut at \(DeployGate.percent(top)), highest \(DeployGate.percent(highest))"
            : "top \(DeployGate.percent(top))"
        self.deploys = deploys.map {
            // All of its stroke within the frame.
            let place = min(max(x($0.at), Self.markHalf), Self.width - Self.markHalf)
            return Mark(markX: Self.text(place), markWidth: "", markText: $0.text)
        }
        self.incidents = incidents.map { incident in
            let width = max(Self.incidentMin, x(incident.to) - x(incident.from))
            return Mark(
                markX: Self.text(min(x(incident.from), Self.width - width)), markWidth: Self.text(width),
                markText: incident.text)
        }
    }

    /// One decimal is less than a pixel.
    static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
