/// The text a query came from, for pointing into it.
struct QuerySource: Sendable {
    let bytes: [UInt8]

    /// `LINE:COLUMN: parse error: reason`, line and byte column from 1.
    func error(at offset: Int, _ reason: String) -> QueryError {
        QueryError(.parse, "\(place(offset)): parse error: \(reason)")
    }

    func place(_ offset: Int) -> String {
        if bytes.isEmpty { return "unknown position" }
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return "\(line):\(offset - lineStart + 1)"
    }

    /// `offset`, moved past white space.
    func skippingBlank(_ offset: Int) -> Int {
        var offset = offset
        while offset < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) { offset += 1 }
        return offset
    }
}
