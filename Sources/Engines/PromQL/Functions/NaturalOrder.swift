/// Text with numbers in it, ordered so that `node2` comes before `node10`.
package enum NaturalOrder {
    package static func precedes(_ left: String, _ right: String) -> Bool {
        var a = Array(left.utf8)[...]
        var b = Array(right.utf8)[...]
        while !a.isEmpty, !b.isEmpty {
            let x = run(&a)
            let y = run(&b)
            if let p = number(x), let q = number(y) {
                if p != q { return p < q }
            } else if x != y {
                return x.lexicographicallyPrecedes(y)
            }
        }
        if a.isEmpty != b.isEmpty { return a.isEmpty }
        // Equal but for leading zeros.
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Takes the leading digits, or the leading rest up to a digit.
    private static func run(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isDigits = isDigit(text[text.startIndex])
        let run = text.prefix { isDigit($0) == isDigits }
        text = text[run.endIndex...]
        return run
    }

    /// Nil when it is no number, or one too large to be meant as such.
    private static func number(_ run: ArraySlice<UInt8>) -> Int? {
        guard let first = run.first, isDigit(first) else { return nil }
        return Int(String(decoding: run, as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
