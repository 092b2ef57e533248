/// Recognises the browsers, crawlers, clients and systems that make up nearly all of real traffic. What it does not
/// know is `Other`.
struct UserAgent {
    private(set) var name = "Other"
    private(set) var version: String?
    private(set) var system: String?
    private(set) var systemVersion: String?
    private(set) var device = "Other"
    /// `Desktop`, `Phone`, `Tablet`, `Robot` or `Other`.
    private(set) var deviceType = "Other"

    /// The first that occurs decides: what others pretend to be comes last.
    private static let browsers: [(token: String, name: String)] = [
        ("Edg/", "Edge"), ("EdgA/", "Edge Mobile"), ("EdgiOS/", "Edge Mobile"), ("Edge/", "Edge"), ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"), ("YaBrowser/", "Yandex Browser"), ("Vivaldi/", "Vivaldi"),
        ("CriOS/", "Chrome Mobile iOS"), ("FxiOS/", "Firefox iOS"), ("HeadlessChrome/", "HeadlessChrome"),
        ("Googlebot/", "Googlebot"), ("bingbot/", "bingbot"), ("YandexBot/", "YandexBot"),
        ("Baiduspider/", "Baiduspider"), ("DuckDuckBot/", "DuckDuckBot"), ("AhrefsBot/", "AhrefsBot"),
        ("curl/", "curl"), ("Wget/", "Wget"), ("python-requests/", "Python Requests"), ("okhttp/", "okhttp"),
        ("axios/", "axios"), ("node-fetch/", "node-fetch"), ("Go-http-client/", "Go-http-client"),
        ("Apache-HttpClient/", "Apache-HttpClient"), ("PostmanRuntime/", "PostmanRuntime"),
        ("kube-probe/", "kube-probe"), ("Prometheus/", "Prometheus"), ("Java/", "Java"),
        ("aiohttp/", "Python aiohttp"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("MSIE ", "IE"),
        ("Version/", "Safari"),
    ]

    private static let windows = ["10.0": "10", "6.3": "8.1", "6.2": "8", "6.1": "7", "6.0": "Vista", "5.1": "XP"]

    init(_ text: String) {
        for browser in Self.browsers {
            guard let found = text.range(of: browser.token) else { continue }
            if browser.name == "Safari", text.range(of: "Safari/") == nil { continue }
            name = browser.name
            let rest = text[found.upperBound...].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            version = rest.isEmpty ? nil : String(rest)
            break
        }
        if text.range(of: "Trident/7") != nil, name == "Other" { (name, version) = ("IE", "11.0") }
        findSystem(text)
        let isMobile = text.range(of: "Mobile") != nil
        if name == "Chrome", isMobile { name = "Chrome Mobile" }
        if name == "Safari", isMobile { name = "Mobile Safari" }
        if name == "Firefox", isMobile || system == "Android" { name = "Firefox Mobile" }
        if name.lowercased().hasSuffix("bot") || name == "Baiduspider" { device = "Spider" }
        deviceType = deviceType(isMobile: isMobile, text)
    }

    private func deviceType(isMobile: Bool, _ text: String) -> String {
        if device == "Spider" { return "Robot" }
        if device == "iPad" || text.range(of: "Tablet") != nil { return "Tablet" }
        return switch system {
        // Chrome on a phone says Mobile, on a tablet it does not.
        case "Android": isMobile ? "Phone" : "Tablet"
        case "iOS": "Phone"
        case "Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS": "Desktop"
        default: "Other"
        }
    }

    private mutating func findSystem(_ text: String) {
        func version(after token: String, _ separator: Character = ".") -> String? {
            guard let found = text.range(of: token) else { return nil }
            let rest = text[found.upperBound...].prefix {
                $0.isASCII && ($0.isNumber || $0 == separator || $0 == ".")
            }
            return rest.isEmpty ? nil : String(rest.map { $0 == separator ? "." : $0 })
        }
        if let number = version(after: "Windows NT ") {
            (system, systemVersion, device) = ("Windows", Self.windows[number] ?? number, "Other")
        } else if text.range(of: "iPhone") != nil || text.range(of: "iPad") != nil || text.range(of: "iOS ") != nil {
            (system, systemVersion) = ("iOS", version(after: "OS ", "_") ?? version(after: "iOS "))
            device = text.range(of: "iPad") != nil ? "iPad" : "iPhone"
        } else if text.range(of: "Android") != nil {
            (system, systemVersion, device) = (
                "Android", version(after: "Android "), Self.model(text) ?? "Generic Smartphone"
            )
        } else if text.range(of: "Mac OS X") != nil {
            (system, systemVersion, device) = ("Mac OS X", version(after: "Mac OS X ", "_"), "Mac")
        } else if text.range(of: "CrOS") != nil {
            system = "Chrome OS"
        } else if text.range(of: "Ubuntu") != nil {
            (system, systemVersion) = ("Ubuntu", version(after: "Ubuntu/"))
        } else if text.range(of: "Linux") != nil {
            system = "Linux"
        }
    }

    /// What stands between the system and the bracket: `Android 14; Pixel 8)`.
    private static func model(_ text: String) -> String? {
        guard let found = text.range(of: "Android ") else { return nil }
        let rest = text[found.upperBound...]
        guard let start = rest.range(of: "; "), let end = rest.firstIndex(of: ")"), start.upperBound < end else {
            return nil
        }
        let model = rest[start.upperBound..<end].split(separator: " Build/").first.map(String.init)
        return model == "Mobile" || model?.isEmpty == true ? nil : model
    }
}
