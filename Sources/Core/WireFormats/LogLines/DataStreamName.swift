/// The data stream of documents whose sender says no index: `logs-DATASET-NAMESPACE`.
package enum DataStreamName {
    /// What may not stand in a part of the name becomes an underscore; an empty part is the standard one.
    package static func logs(dataset: String, namespace: String = "default") -> String {
        "logs-\(part(dataset, else: "generic"))-\(part(namespace, else: "default"))"
    }

    private static func part(_ text: String, else standard: String) -> String {
        let cleaned = text.lowercased().utf8.prefix(100).map { byte -> UInt8 in
            let isFine =
                byte >= 0x80 || byte &- 0x30 < 10 || byte &- 0x61 < 26 || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_")
            return isFine ? byte : UInt8(ascii: "_")
        }
        return cleaned.isEmpty ? standard : String(decoding: cleaned, as: UTF8.self)
    }
}
