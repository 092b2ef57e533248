/// Texts, numbers and words of JSON.
extension JSONSource {
    var byte: UInt8 { bytes[cursor] }

    func skipBlanks() {
        while byte <= 0x20, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { cursor += 1 }
    }

    func string() throws -> String {
        skipBlanks()
        guard byte == UInt8(ascii: "\"") else { throw expected("a text") }
        let (range, isEscaped) = try quotedRange()
        return try text(range, isEscaped)
    }

    func bool() throws -> Bool {
        skipBlanks()
        if takeWord("true") { return true }
        if takeWord("false") { return false }
        throw expected("true or false")
    }

    /// Whether there was a null, which is passed.
    func null() -> Bool {
        skipBlanks()
        return takeWord("null")
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        skipBlanks()
        let start = cursor
        let isNegative = byte == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        var magnitude: UInt64 = 0
        let digits = cursor
        while byte &- 0x30 < 10 {
            let (tens, isTooMuch) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, isMore) = tens.addingReportingOverflow(UInt64(byte &- 0x30))
            guard !isTooMuch, !isMore else { throw wrong(start, "a number that \(Number.self) cannot hold") }
            magnitude = sum
            cursor += 1
        }
        guard cursor > digits else { throw expected("a whole number") }
        guard byte != UInt8(ascii: "."), byte | 0x20 != UInt8(ascii: "e") else {
            throw wrong(start, "a whole number was expected")
        }
        let number =
            if isNegative {
                magnitude <= 1 << 63 ? Number(exactly: 0 &- Int64(truncatingIfNeeded: magnitude)) : nil
            } else {
                Number(exactly: magnitude)
            }
        guard let number else { throw wrong(start, "a number that \(Number.self) cannot hold") }
        return number
    }

    func double() throws -> Double {
        skipBlanks()
        let start = cursor
        try skipNumber()
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<cursor]), as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw wrong(start, "a number that no float can hold")
        }
        return number
    }

    /// Passes a value of any kind. Brackets within one another are counted, not called.
    func skip() throws {
        var depth = 0
        repeat {
            skipBlanks()
            switch byte {
            case UInt8(ascii: "\""): _ = try quotedRange()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                cursor += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw expected("a value") }
                depth -= 1
                cursor += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw expected("a value") }
                cursor += 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
            default:
                guard takeWord("true") || takeWord("false") || takeWord("null") else { throw expected("a value") }
            }
        } while depth > 0
    }

    private func skipNumber() throws {
        if byte == UInt8(ascii: "-") { cursor += 1 }
        try skipDigits()
        if byte == UInt8(ascii: ".") {
            cursor += 1
            try skipDigits()
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            cursor += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { cursor += 1 }
            try skipDigits()
        }
    }

    private func skipDigits() throws {
        let start = cursor
        while byte &- 0x30 < 10 { cursor += 1 }
        if cursor == start { throw expected("a digit") }
    }

    private func takeWord(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count - cursor >= length,
            bytes[cursor..<cursor + length].elementsEqual(
                UnsafeRawBufferPointer(start: word.utf8Start, count: length))
        else { return false }
        cursor += length
        return true
    }

    /// What stands between the quotation marks at the cursor, which then is behind them.
    func quotedRange() throws -> (range: Range<Int>, isEscaped: Bool) {
        cursor += 1
        let start = cursor
        var isEscaped = false
        while true {
            cursor = UnsafeRawBufferPointer(bytes).quoteOrBackslash(from: cursor, to: count)
            guard cursor < count else { throw expected("the end of a text") }
            switch byte {
            case UInt8(ascii: "\""):
                cursor += 1
                return (start..<cursor - 1, isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                cursor += 2
            default: cursor += 1
            }
        }
    }

    func text(_ range: Range<Int>, _ isEscaped: Bool) throws -> String {
        let quoted = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard isEscaped else { return String(decoding: quoted, as: UTF8.self) }
        unescaped.removeAll(keepingCapacity: true)
        var start = range.lowerBound
        var place = start
        while place < range.upperBound {
            guard bytes[place] == UInt8(ascii: "\\") else {
                place += 1
                continue
            }
            let plain: UInt8
            switch bytes[place + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = bytes[place + 1]
            case UInt8(ascii: "n"): plain = 0x0a
            case UInt8(ascii: "r"): plain = 0x0d
            case UInt8(ascii: "t"): plain = 0x09
            // What our own writer has hardly ever: the scanner knows it.
            default: return try rarelyEscaped(quoted, at: range.lowerBound)
            }
            unescaped.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
            unescaped.append(plain)
            place += 2
            start = place
        }
        unescaped.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<range.upperBound]))
        return String(decoding: unescaped, as: UTF8.self)
    }

    private func rarelyEscaped(_ quoted: UnsafeRawBufferPointer, at start: Int) throws -> String {
        var scanner = JSONScanner([UInt8(ascii: "\"")] + quoted + [UInt8(ascii: "\"")])
        do { return String(decoding: try scanner.text(), as: UTF8.self) } catch {
            throw wrong(start, "a text with an escape that JSON does not have")
        }
    }

    func expected(_ what: String) -> WireFormatError {
        wrong(min(cursor, count), cursor < count ? "expected \(what)" : "the JSON is cut off")
    }

    func wrong(_ place: Int, _ message: String) -> WireFormatError {
        WireFormatError(.malformed, .byte(place), message)
    }
}
