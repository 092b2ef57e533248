import Basics
import Response

/// The curve as a drawing, stretched to the width it gets; what it shows stands as text beside it.
struct BurnDownPicture: Sendable {
    struct Line: Sendable {
        let lineY: String
        let lineClass: String
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

    init(
        _ values: [Double], from: Int64, to: Int64, deploys: [(at: Int64, text: String)],
        incidents: [(from: Int64, to: Int64, text: String)]
    ) {
        let top = max(1.2, (values.max() ?? 0) * 1.05)
        func y(_ share: Double) -> Double { Self.height - Self.height * min(max(share, 0), top) / top }
        func x(_ time: Int64) -> Double {
            to > from ? Self.width * Double(min(max(time, from), to) - from) / Double(to - from) : 0
        }
        let step = values.count > 1 ? Self.width / Double(values.count - 1) : 0
        let points = values.enumerated().map { "\(Self.text(Double($0) * step)) \(Self.text(y($1)))" }
        curve = points.isEmpty ? "" : "M" + points.joined(separator: "L")
        area =
            points.isEmpty
            ? "" : curve + "L\(Self.text(Self.width)) \(Self.text(Self.height))L0 \(Self.text(Self.height))Z"
        lines = [(0.5, "edge-caution"), (0.75, "edge-critical"), (1, "edge-frozen")].map {
            Line(lineY: Self.text(y($0)), lineClass: $1)
        }
        topText = DeployGate.percent(top)
        self.deploys = deploys.map { Mark(markX: Self.text(x($0.at)), markWidth: "", markText: $0.text) }
        self.incidents = incidents.map { incident in
            let start = x(incident.from)
            return Mark(
                markX: Self.text(start), markWidth: Self.text(max(3, x(incident.to) - start)), markText: incident.text
            )
        }
    }

    /// One decimal is less than a pixel.
    static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
