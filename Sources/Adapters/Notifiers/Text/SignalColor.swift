internal import Response
internal import SignalModel

/// Colour with one meaning in every channel: green is over, blue is being looked at, otherwise how bad it is.
enum SignalColor {
    static func hex(_ subject: Subject) -> String {
        switch subject.status {
        case .resolved: return "#2e7d32"
        case .acknowledged: return "#1565c0"
        case .firing: break
        }
        return switch subject.severity {
        case .p0: "#b71c1c"
        case .p1: "#e65100"
        case .p2: "#f9a825"
        case .p3: "#607d8b"
        }
    }
}
