/// The rules names must keep.
package enum LabelName {
    /// `[a-zA-Z_][a-zA-Z0-9_]*`: names that need no quotes in PromQL.
    package static func isLegacy(_ name: String) -> Bool { matches(name, colonAllowed: false) }

    /// The same with `:`, for metric names.
    package static func isLegacyMetricName(_ name: String) -> Bool { matches(name, colonAllowed: true) }

    private static func matches(_ name: String, colonAllowed: Bool) -> Bool {
        var isFirst = true
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                break
            case UInt8(ascii: ":") where colonAllowed: break
            case UInt8(ascii: "0")...UInt8(ascii: "9") where !isFirst: break
            default: return false
            }
            isFirst = false
        }
        return !isFirst
    }
}

/// `text` in double quotes with Go's escapes, as PromQL, exposition and error texts write it.
package func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7f:
            let hex = String(scalar.value, radix: 16)
            result += "\\x" + (hex.count == 1 ? "0" : "") + hex
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
