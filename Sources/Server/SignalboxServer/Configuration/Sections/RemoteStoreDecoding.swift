import Backends
import Basics

/// `metrics.remote`.
enum RemoteStoreDecoding {
    /// Smaller ones are refused: a minute of a busy cluster would fill them.
    private static let queueBytesMin = 16 << 20
    /// Of the store in process; with a backend they would be promises not kept.
    private static let localKeys = [
        "retention", "retention_size", "sample_age_max", "out_of_order_window", "archive",
    ]

    static func decode(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> RemoteStoreSettings? {
        guard var reader = node.mapping() else { return nil }
        let writeURL = reader.required("write_url")?.serverURL()
        let queryURL = reader.required("query_url")?.serverURL()
        if let queryURL, queryURL.contains(where: { $0 == "?" || $0 == "#" }) {
            reader["query_url"]?.note("\(node.path).query_url must end with its path: /api/v1 and parameters follow")
        }
        let path = queryURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? ""
        if path.hasSuffix("/api/v1") {
            reader["query_url"]?.note("\(node.path).query_url must end before /api/v1, which is added")
        }
        var settings = RemoteStoreSettings(writeURL: writeURL ?? "", queryURL: path)
        settings.timeout = reader["remote_timeout"]?.duration(minimum: .milliseconds(100)) ?? settings.timeout
        settings.queueBytesMax = reader["queue_size"]?.byteSize(minimum: queueBytesMin) ?? settings.queueBytesMax
        settings.http = HTTPClientDecoding.decode(&reader, in: node, files)
        reader.finish()
        return settings
    }

    static func refuseLocalKeys(_ reader: inout MappingReader) {
        for key in localKeys {
            guard let node = reader[key] else { continue }
            node.note("\(node.path) is of the store in process; with metrics.remote the backend decides")
        }
    }
}
