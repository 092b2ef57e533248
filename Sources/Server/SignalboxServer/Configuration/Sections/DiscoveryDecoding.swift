import Basics
import Ingest
import SignalModel
import WireFormats

/// The `*_sd_configs` of a scrape job, in Prometheus' form.
enum DiscoveryDecoding {
    /// Shorter intervals are refused: a mistyped unit would keep servers and disks busy.
    private static let refreshIntervalMin = Duration.seconds(1)
    /// Files, or names, of one entry; more are refused.
    private static let placesMax = 1000

    static func decode(_ reader: inout MappingReader, _ clientFiles: ConfigurationFiles) -> [DiscoveryConfiguration] {
        let files = (reader["file_sd_configs"]?.list() ?? []).compactMap(file)
        let names = (reader["dns_sd_configs"]?.list() ?? []).compactMap(dns)
        let lists = (reader["http_sd_configs"]?.list() ?? []).compactMap { http($0, clientFiles) }
        let clusters = (reader["kubernetes_sd_configs"]?.list() ?? []).compactMap {
            KubernetesDecoding.decode($0, clientFiles)
        }
        return files + names + lists + clusters
    }

    private static func http(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> DiscoveryConfiguration? {
        guard var reader = node.mapping() else { return nil }
        let place = reader["url"]
        if place?.isEmptyText ?? true { (place ?? node).note("\(node.path): URL is missing") }
        let url = place?.isEmptyText == false ? place?.serverURL() ?? "" : ""
        var configuration = HTTPDiscoveryConfiguration(url: url)
        configuration.refreshInterval = refreshInterval(&reader) ?? configuration.refreshInterval
        configuration.http = HTTPClientDecoding.decode(&reader, in: node, files)
        reader.finish()
        return .http(configuration)
    }

    private static func file(_ node: ConfigurationNode) -> DiscoveryConfiguration? {
        guard var reader = node.mapping() else { return nil }
        let list = reader["files"]
        let entries = places(list, in: node, "file service discovery config must contain at least one path name")
        var configuration = FileDiscoveryConfiguration(
            files: entries.compactMap { entry in
                guard let path = entry.filePath() else { return nil }
                if !FileDiscoveryConfiguration.isValid(path) {
                    entry.note(
                        "\(entry.path): path name \(quoted(entry.scalarText ?? "")) is not valid for file discovery: "
                            + "it must end in .json, .yml or .yaml and have * or ? in its last part only")
                }
                return path
            })
        configuration.refreshInterval = refreshInterval(&reader) ?? configuration.refreshInterval
        reader.finish()
        return .file(configuration)
    }

    private static func dns(_ node: ConfigurationNode) -> DiscoveryConfiguration? {
        guard var reader = node.mapping() else { return nil }
        let list = reader["names"]
        let entries = places(list, in: node, "DNS-SD config must contain at least one SRV record name")
        var configuration = DNSDiscoveryConfiguration(
            names: entries.compactMap { entry in
                guard let name = entry.string() else { return nil }
                if (try? DNSQuery(name, .a, id: 0)) == nil { entry.expected("a name of DNS") }
                return name
            })
        if let type = reader["type"], let text = type.string() {
            if let kind = kinds[text.uppercased()] {
                configuration.type = kind
            } else {
                type.note("\(type.path): invalid DNS-SD records type \(text): it must be SRV, A, AAAA, MX or NS")
            }
        }
        let port = reader["port"]
        configuration.port = port?.integer(in: 0...65_535) ?? 0
        if configuration.type != .srv, configuration.port == 0 {
            (port ?? node).note(
                "\(node.path): a port is required in DNS-SD configs for all record types except SRV")
        }
        configuration.refreshInterval = refreshInterval(&reader) ?? configuration.refreshInterval
        reader.finish()
        return .dns(configuration)
    }

    private static let kinds: [String: DNSRecord.Kind] = ["SRV": .srv, "A": .a, "AAAA": .aaaa, "MX": .mx, "NS": .ns]

    private static func places(
        _ list: ConfigurationNode?, in node: ConfigurationNode, _ missing: String
    ) -> [ConfigurationNode] {
        let entries = list?.list() ?? []
        if entries.isEmpty { (list ?? node).note("\(node.path): \(missing)") }
        if entries.count > placesMax {
            node.note("\(node.path): at most \(placesMax) entries, not \(entries.count)")
            return []
        }
        return entries
    }

    private static func refreshInterval(_ reader: inout MappingReader) -> Duration? {
        reader["refresh_interval"]?.duration(minimum: refreshIntervalMin)
    }
}
