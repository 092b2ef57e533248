/// What Elasticsearch allows as the name of an index or a data stream.
package enum IndexName {
    private static let bytesMax = 255

    /// Nil when it may be one.
    package static func refusal(_ name: String) -> String? {
        func bad(_ why: String) -> String { "Invalid index name [\(name.prefix(bytesMax))], \(why)" }
        if name.isEmpty { return bad("must not be empty") }
        if name.utf8.count > bytesMax { return bad("must be at most \(bytesMax) bytes") }
        if name == "." || name == ".." { return bad("must not be '.' or '..'") }
        if let first = name.utf8.first,
            first == UInt8(ascii: "-") || first == UInt8(ascii: "_") || first == UInt8(ascii: "+")
        {
            return bad("must not start with '_', '-', or '+'")
        }
        for byte in name.utf8 {
            if byte < 0x20 || "\\/*?\"<>| ,#:".utf8.contains(byte) {
                return bad(
                    "must not contain the following characters ['\\','/','*','?','\"','<','>','|',' ',',','#',':']")
            }
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { return bad("must be lowercase") }
        }
        return nil
    }
}
