/// Walks the bytes of an exposition, knowing line and column. The buffer ends with a line feed of our own, so
/// looking at the byte under the cursor is always allowed while `isAtEnd` is false.
struct ExpositionScanner {
    /// Unescaping writes into the text behind the cursor.
    let bytes: UnsafeMutableRawBufferPointer
    private(set) var cursor: Int
    private(set) var line = 1
    private var lineStart: Int

    init(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) {
        self.bytes = bytes
        cursor = start
        lineStart = start
    }

    var isAtEnd: Bool { cursor >= bytes.count }
    var peek: UInt8 { bytes[cursor] }
    var readable: UnsafeRawBufferPointer { UnsafeRawBufferPointer(bytes) }
    /// Where the cursor is, to be kept for an error that is noticed later.
    var place: WireFormatError.Place { .line(line, column: cursor - lineStart + 1) }

    mutating func advance() { cursor += 1 }

    @inline(__always)
    mutating func skipBlanks() {
        while peek == 0x20 || peek == 0x09 { cursor += 1 }
    }

    /// To the byte after the line feed under or behind the cursor.
    mutating func skipLine() {
        while peek != 0x0a { cursor += 1 }
        endLine()
    }

    /// The cursor must stand on the line feed.
    mutating func endLine() {
        cursor += 1
        line += 1
        lineStart = cursor
    }

    /// Bytes up to a blank or the end of the line.
    @inline(__always)
    mutating func word() -> Range<Int> {
        let start = cursor
        while peek != 0x20, peek != 0x09, peek != 0x0a { cursor += 1 }
        return start..<cursor
    }

    /// `[a-zA-Z_][a-zA-Z0-9_]*`, with colons when allowed; empty when none begins here.
    @inline(__always)
    mutating func identifier(colonAllowed: Bool) -> Range<Int> {
        let start = cursor
        while true {
            let byte = peek
            let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
            let isDigit = byte &- UInt8(ascii: "0") < 10 && cursor > start
            guard isLetter || isDigit || (colonAllowed && byte == UInt8(ascii: ":")) else { return start..<cursor }
            cursor += 1
        }
    }

    /// The cursor stands on a double quote: the text between it and the next, unescaped.
    mutating func quotedText() throws(WireFormatError) -> Range<Int> {
        let opening = place
        cursor += 1
        let start = cursor
        while peek != UInt8(ascii: "\"") {
            if peek == UInt8(ascii: "\\") { return try escapedText(from: start, opening) }
            try step(opening)
        }
        cursor += 1
        return start..<cursor - 1
    }

    /// Slow path: `\\`, `\"` and `\n` shrink the text; any other backslash stands for itself, as in Prometheus.
    private mutating func escapedText(
        from start: Int, _ opening: WireFormatError.Place
    ) throws(WireFormatError) -> Range<Int> {
        var end = cursor
        while peek != UInt8(ascii: "\"") {
            if peek == UInt8(ascii: "\\") {
                switch bytes[cursor + 1] {
                case UInt8(ascii: "n"):
                    bytes[end] = 0x0a
                    cursor += 2
                    end += 1
                    continue
                case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                    bytes[end] = bytes[cursor + 1]
                    cursor += 2
                    end += 1
                    continue
                default: break
                }
            }
            bytes[end] = peek
            end += 1
            try step(opening)
        }
        cursor += 1
        return start..<end
    }

    /// One byte on inside quotes, where even a line feed is text; our own at the very end is not.
    @inline(__always)
    private mutating func step(_ opening: WireFormatError.Place) throws(WireFormatError) {
        if peek == 0x0a {
            guard cursor + 1 < bytes.count else {
                throw WireFormatError(.malformed, opening, "a quoted text that does not end")
            }
            endLine()
        } else {
            cursor += 1
        }
    }
}
