import HTTPAPI
import Hummingbird
import Identity

/// A whole page: what stands around the content, and the content.
struct Screen<Content: Sendable>: Sendable {
    let shell: Shell
    let content: Content
}

/// What every page shows around its content.
struct Shell: Sendable {
    struct Link: Sendable {
        let linkName: String
        let linkHref: String
        let linkIcon: String
        let isCurrent: Bool
    }

    enum Section: String, Sendable, CaseIterable {
        case now
        case alerts
        case oncall
        case objectives
        case logs
        case traces
        case explore
        case targets
        case rules
        case usage

        var name: String {
            switch self {
            case .oncall: "On call"
            case .objectives: "Budgets"
            default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
            }
        }
        var path: String { self == .now ? "/" : "/" + rawValue }
    }

    let assets: String
    let links: [Link]
    /// Nil: by the device's own setting.
    let theme: String?
    let userName: String?
    /// Whether there is a session to end.
    let canSignOut: Bool
    let csrf: String
    let isLive: Bool

    static let themeCookie = "signalbox_theme"

    init(
        _ section: Section?, request: Request, context: SignalboxRequestContext, assets: String, isLive: Bool = false
    ) {
        self.assets = assets
        self.isLive = isLive
        let principal = context.principal
        links =
            principal == nil
            ? []
            : Section.allCases.map {
                Link(linkName: $0.name, linkHref: $0.path, linkIcon: $0.rawValue, isCurrent: $0 == section)
            }
        userName = principal?.name
        canSignOut = context.sessionSecret != nil
        csrf = context.sessionSecret.map { CSRFToken.make(sessionSecret: $0) } ?? ""
        let theme = request.cookies[Self.themeCookie]?.value
        self.theme = theme == "dark" || theme == "light" ? theme : nil
    }
}
