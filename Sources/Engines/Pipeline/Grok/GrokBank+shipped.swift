extension GrokBank {
    /// The names that Logstash and Elasticsearch ship, with the fields they had before ECS.
    static let legacy = GrokBank(parsing: shared + legacyFamilies)

    /// The same names with fields of the Elastic Common Schema.
    static let ecs = GrokBank(parsing: shared + ecsFamilies)

    /// Nil for a mode that there is not.
    static func shipped(ecsCompatibility mode: String) -> GrokBank? {
        switch mode {
        case "disabled": legacy
        case "v1": ecs
        default: nil
        }
    }

    private static let shared = [GrokPatterns.words, GrokPatterns.places, GrokPatterns.times]

    private static let legacyFamilies = [
        GrokPatterns.syslogLegacy, GrokPatterns.webLegacy, GrokPatterns.javaLegacy, GrokPatterns.cloudLegacy,
        GrokPatterns.haproxyLegacy, GrokPatterns.nagiosLegacy, GrokPatterns.databasesLegacy, GrokPatterns.railsLegacy,
        GrokPatterns.firewallsLegacy, GrokPatterns.mailLegacy, GrokPatterns.toolsLegacy,
    ]

    private static let ecsFamilies = [
        GrokPatterns.syslogECS, GrokPatterns.webECS, GrokPatterns.javaECS, GrokPatterns.cloudECS,
        GrokPatterns.haproxyECS, GrokPatterns.nagiosECS, GrokPatterns.databasesECS, GrokPatterns.railsECS,
        GrokPatterns.firewallsECS, GrokPatterns.mailECS, GrokPatterns.toolsECS,
    ]

    /// A name and, after a blank, its pattern a line.
    init(parsing texts: [String]) {
        var patterns: [String: String] = [:]
        for line in texts.joined(separator: "\n").split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { patterns[String(parts[0])] = String(parts[1]) }
        }
        self.init(patterns)
    }
}

/// The text of the patterns, by family.
enum GrokPatterns {}
