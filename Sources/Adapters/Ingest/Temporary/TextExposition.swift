import Basics
package import SignalModel

/// Parses Prometheus' text exposition 0.0.4 (docs/instrumenting/exposition_formats.md) line by line.
package struct TextExposition {
    package struct Line: Sendable {
        /// Packed labels, `__name__` included.
        package var labels: Labels
        package var value: Double
        /// Nil when the exporter gives none.
        package var milliseconds: Int64?
    }

    package struct Invalid: Error, CustomStringConvertible {
        package var line: Int
        package var column: Int
        package var reason: String
        package var description: String { "line \(line), column \(column): \(reason)" }
    }

    package struct Metadata: Sendable, Hashable {
        package var type = "unknown"
        package var help = ""
        package var unit = ""
    }

    package private(set) var metadata: [String: Metadata] = [:]
    private var bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    private var cursor = 0
    private var line = 1
    private var lineStart = 0

    package init() {}

    /// Calls `body` with each sample. Throws at the first line that is not valid.
    package mutating func parse(_ text: [UInt8], _ body: (Line) -> Void) throws(Invalid) {
        let outcome = text.withUnsafeBytes { raw -> Result<Void, Invalid> in
            bytes = raw
            do throws(Invalid) {
                try lines(body)
                return .success(())
            } catch { return .failure(error) }
        }
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        try outcome.get()
    }

    private func fail(_ reason: String) -> Invalid { Invalid(line: line, column: cursor - lineStart + 1, reason: reason) }

    private mutating func lines(_ body: (Line) -> Void) throws(Invalid) {
        while cursor < bytes.count {
            skipSpaces()
            if peek == UInt8(ascii: "#") {
                comment()
            } else if let byte = peek, byte != UInt8(ascii: "\n") {
                body(try sample())
            }
            guard cursor < bytes.count else { return }
            guard bytes[cursor] == UInt8(ascii: "\n") else { throw fail("unexpected text after the sample") }
            cursor += 1
            line += 1
            lineStart = cursor
        }
    }

    private var peek: UInt8? { cursor < bytes.count ? bytes[cursor] : nil }

    private mutating func skipSpaces() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0d { cursor += 1 }
    }

    private mutating func word() -> String {
        let start = cursor
        while let byte = peek, byte != 0x20, byte != 0x09, byte != 0x0a { cursor += 1 }
        return String(decoding: bytes[start..<cursor], as: UTF8.self)
    }

    private mutating func comment() {
        cursor += 1
        skipSpaces()
        let kind = word()
        skipSpaces()
        if kind == "HELP" || kind == "TYPE" || kind == "UNIT" {
            var name = word()
            if name.hasPrefix("\""), name.hasSuffix("\""), name.count > 1 { name = String(name.dropFirst().dropLast()) }
            skipSpaces()
            let start = cursor
            while let byte = peek, byte != 0x0a { cursor += 1 }
            let text = String(decoding: bytes[start..<cursor], as: UTF8.self)
            switch kind {
            case "HELP": metadata[name, default: Metadata()].help = text
            case "UNIT": metadata[name, default: Metadata()].unit = text
            default: metadata[name, default: Metadata()].type = text == "untyped" ? "unknown" : text
            }
        }
        while let byte = peek, byte != 0x0a { cursor += 1 }
    }

    private mutating func sample() throws(Invalid) -> Line {
        var builder = LabelsBuilder()
        if peek != UInt8(ascii: "{") {
            let name = try identifier(colonAllowed: true)
            builder.set(Labels.metricName, name)
        }
        skipSpaces()
        if peek == UInt8(ascii: "{") {
            cursor += 1
            try labels(&builder)
        }
        skipSpaces()
        let value = try number(word())
        skipSpaces()
        var milliseconds: Int64?
        if let byte = peek, byte != 0x0a {
            let text = word()
            guard let parsed = Int64(text) else { throw fail("timestamp \(quoted(text)) is no whole number") }
            milliseconds = parsed
            skipSpaces()
        }
        let packed = builder.labels()
        guard packed.name != nil else { throw fail("a sample without a metric name") }
        return Line(labels: packed, value: value, milliseconds: milliseconds)
    }

    private mutating func labels(_ builder: inout LabelsBuilder) throws(Invalid) {
        while true {
            skipSpaces()
            if peek == UInt8(ascii: "}") {
                cursor += 1
                return
            }
            let isQuoted = peek == UInt8(ascii: "\"")
            let name = isQuoted ? try string() : try identifier(colonAllowed: false)
            skipSpaces()
            if isQuoted, peek != UInt8(ascii: "=") {
                builder.set(Labels.metricName, name)
            } else {
                guard peek == UInt8(ascii: "=") else { throw fail("expected = after the label \(quoted(name))") }
                cursor += 1
                skipSpaces()
                builder.set(name, try string())
            }
            skipSpaces()
            if peek == UInt8(ascii: ",") {
                cursor += 1
            } else if peek != UInt8(ascii: "}") {
                throw fail("expected , or } after the label \(quoted(name))")
            }
        }
    }

    private mutating func identifier(colonAllowed: Bool) throws(Invalid) -> String {
        let start = cursor
        while let byte = peek, Self.isNameByte(byte) || (colonAllowed && byte == UInt8(ascii: ":")) { cursor += 1 }
        let name = String(decoding: bytes[start..<cursor], as: UTF8.self)
        guard colonAllowed ? LabelName.isLegacyMetricName(name) : LabelName.isLegacy(name) else {
            throw fail("expected a name")
        }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39)
    }

    private mutating func string() throws(Invalid) -> String {
        guard peek == UInt8(ascii: "\"") else { throw fail("expected a quoted value") }
        cursor += 1
        var text: [UInt8] = []
        while let byte = peek {
            cursor += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else { throw fail("invalid UTF-8") }
                return valid
            case UInt8(ascii: "\\"):
                guard let escaped = peek else { throw fail("the value does not end") }
                cursor += 1
                text.append(escaped == UInt8(ascii: "n") ? 0x0a : escaped)
            case 0x0a:
                cursor -= 1
                throw fail("the value does not end on its line")
            default: text.append(byte)
            }
        }
        throw fail("the value does not end")
    }

    private func number(_ text: String) throws(Invalid) -> Double {
        switch text.lowercased() {
        case "+inf", "inf": return .infinity
        case "-inf": return -.infinity
        case "nan": return StaleMarker.plainNaN
        default:
            guard let value = Double(text), value.isFinite else { throw fail("\(quoted(text)) is no number") }
            return value
        }
    }
}
