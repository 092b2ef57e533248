import SignalModel

/// A stream's labels as its sender writes them: `{app="shop", level="info"}`.
enum LokiLabels {
    static func read(_ text: String) throws(WireFormatError) -> [(String, String)] {
        let bytes = Array(text.utf8)
        var cursor = 0
        var labels: [(String, String)] = []
        func bad(_ what: String) -> WireFormatError {
            WireFormatError(.malformed, .whole, "labels \(quoted(text)): expected \(what) at byte \(cursor)")
        }
        func skipBlanks() { while cursor < bytes.count, bytes[cursor] == 0x20 { cursor += 1 } }
        func take(_ character: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: character) else { return false }
            cursor += 1
            return true
        }
        guard take("{") else { throw bad("{") }
        while !take("}") {
            if !labels.isEmpty {
                guard take(",") else { throw bad("a comma or }") }
                if take("}") { break }
            }
            skipBlanks()
            let start = cursor
            while cursor < bytes.count, bytes[cursor] != UInt8(ascii: "="), bytes[cursor] != 0x20 { cursor += 1 }
            let name = String(decoding: bytes[start..<cursor], as: UTF8.self)
            guard !name.isEmpty, take("="), take("\"") else { throw bad("a name, = and a value in quotation marks") }
            var value: [UInt8] = []
            while cursor < bytes.count, bytes[cursor] != UInt8(ascii: "\"") {
                if bytes[cursor] == UInt8(ascii: "\\"), cursor + 1 < bytes.count {
                    cursor += 1
                    value.append(bytes[cursor] == UInt8(ascii: "n") ? 0x0a : bytes[cursor])
                } else {
                    value.append(bytes[cursor])
                }
                cursor += 1
            }
            guard take("\"") else { throw bad("the end of a value") }
            labels.append((name, String(decoding: value, as: UTF8.self)))
        }
        return labels
    }
}
