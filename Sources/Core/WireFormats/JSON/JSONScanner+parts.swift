/// Objects and arrays whose parts a closure reads.
extension JSONScanner {
    /// Calls `body` for each member; it reads the value.
    package mutating func object(
        _ body: (inout JSONScanner, String) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        guard try peek() == .object else { throw expected("an object") }
        open()
        var isFirst = true
        while try hasNext(&isFirst, until: "}") {
            let key = String(decoding: try key(), as: UTF8.self)
            try body(&self, key)
        }
    }

    /// Calls `body` for each element, which it reads.
    package mutating func array(
        _ body: (inout JSONScanner) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        guard try peek() == .array else { throw expected("an array") }
        open()
        var isFirst = true
        while try hasNext(&isFirst, until: "]") { try body(&self) }
    }

    /// An array of exactly two elements.
    package mutating func pair(
        _ first: (inout JSONScanner) throws(WireFormatError) -> Void,
        _ second: (inout JSONScanner) throws(WireFormatError) -> Void
    ) throws(WireFormatError) {
        var count = 0
        try array { scanner throws(WireFormatError) in
            count += 1
            switch count {
            case 1: try first(&scanner)
            case 2: try second(&scanner)
            default: throw scanner.expected("two elements, not more")
            }
        }
        if count < 2 { throw problem("two elements were expected, not \(count)") }
    }
}
