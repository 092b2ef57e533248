/// Parts of patterns in which a step of PCRE2's may be a loop over the text: lookaheads and conditions with loops in them,
/// references to groups, recursion.
enum HiddenSteps {
    static func areIn(_ pattern: String) -> Bool {
        let bytes = Array(pattern.utf8)
        var index = 0
        // Brackets that are open, and how many of them stand within a lookahead or a condition.
        var open: [Bool] = []
        var hidden = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"):
                index += 1
                guard index < bytes.count else { return false }
                if "123456789gk".utf8.contains(bytes[index]) { return true }
            case UInt8(ascii: "["): index = endOfClass(bytes, index)
            case UInt8(ascii: "("):
                let isHidden = begins(bytes, index, ["(?=", "(?!", "(?(", "(*"])
                if begins(bytes, index, ["(?R", "(?&", "(?P>"]) || isRecursion(bytes, index) { return true }
                open.append(isHidden)
                if isHidden { hidden += 1 }
                if begins(bytes, index, ["(?"]) { index += 1 }
            case UInt8(ascii: ")"): if open.popLast() == true { hidden -= 1 }
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "{"): if hidden > 0 { return true }
            default: break
            }
            index += 1
        }
        return false
    }

    private static func begins(_ bytes: [UInt8], _ index: Int, _ starts: [String]) -> Bool {
        starts.contains { bytes[index...].starts(with: $0.utf8) }
    }

    /// `(?1)`, `(?-1)`, `(?+1)`.
    private static func isRecursion(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard begins(bytes, index, ["(?"]), index + 3 < bytes.count else { return false }
        let digit = "+-".utf8.contains(bytes[index + 2]) ? bytes[index + 3] : bytes[index + 2]
        return digit &- UInt8(ascii: "0") < 10
    }

    /// At the bracket that closes; a bracket that comes first is itself.
    private static func endOfClass(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start + 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "^") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") { index += 1 }
        while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index
    }
}
