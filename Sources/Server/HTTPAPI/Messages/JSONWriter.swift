package import Basics

/// Writes JSON text straight into bytes, for answers that may have a hundred thousand rows.
///
/// Commas are placed by the writer; keys and values must alternate in objects, which it does not check.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open("{")
        try body(&self)
        close("}")
    }

    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open("[")
        try body(&self)
        close("]")
    }

    package mutating func key(_ name: String) {
        separate()
        writeQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ value: String) {
        separate()
        writeQuoted(value)
        needsComma = true
    }

    package mutating func string(utf8 value: UnsafeRawBufferPointer) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        escape(value)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A string that `body` writes itself; nothing in it may need an escape.
    package mutating func string(writtenBy body: (inout [UInt8]) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        body(&bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func keyUTF8(_ value: UnsafeRawBufferPointer) {
        string(utf8: value)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }
    package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }
    package mutating func null() { raw("null") }

    /// A JSON number; `value` must be finite.
    package mutating func number(_ value: Double) {
        if value == value.rounded(), abs(value) < 1e15 { integer(Int64(value)) } else { raw(value.description) }
    }

    /// Text that already is JSON.
    package mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    /// Seconds with up to three decimals, as Prometheus prints sample times.
    package mutating func seconds(_ time: Timestamp) {
        separate()
        var milliseconds = time.milliseconds
        if milliseconds < 0 {
            bytes.append(UInt8(ascii: "-"))
            milliseconds = -milliseconds
        }
        bytes.append(contentsOf: String(milliseconds / 1000).utf8)
        let fraction = milliseconds % 1000
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            for divisor in [100, 10, 1] as [Int64] {
                bytes.append(UInt8(ascii: "0") + UInt8(fraction / divisor % 10))
                if fraction % divisor == 0 { break }
            }
        }
        needsComma = true
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func writeQuoted(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { escape(UnsafeRawBufferPointer($0)) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: UnsafeRawBufferPointer) {
        var start = 0
        while true {
            let end = start + JSONPlainText.prefixCount(UnsafeRawBufferPointer(rebasing: text[start...]))
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<end]))
            guard end < text.count else { return }
            start = end + 1
            let byte = text[end]
            switch byte {
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                let hexDigits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexDigits[Int(byte >> 4)])
                bytes.append(hexDigits[Int(byte & 15)])
            default:
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            }
        }
    }
}
