/// Whether bytes are one JSON object, without building it: what every document passes on its way in.
///
/// As tolerant as the reader of documents: control characters in texts and bytes that are not UTF-8 are taken.
package enum JSONObjectCheck {
    /// Brackets within one another; deeper is refused.
    package static let depthMax = 1000

    private enum Expected {
        case value, keyOrEnd, key, commaOrEnd, valueOrEnd
    }

    package static func check(_ bytes: UnsafeRawBufferPointer) throws(WireFormatError) {
        var walk = Walk(bytes)
        try walk.run()
        walk.skipBlanks()
        if walk.cursor < bytes.count { throw walk.expected("nothing behind the object") }
    }

    /// Where the object ends that the bytes begin with.
    package static func prefix(_ bytes: UnsafeRawBufferPointer) throws(WireFormatError) -> Int {
        var walk = Walk(bytes)
        try walk.run()
        return walk.cursor
    }

    private struct Walk {
        let bytes: UnsafeRawBufferPointer
        let count: Int
        var cursor = 0
        /// Of the brackets around: bit 0 is the innermost, one is an object.
        var kinds: UInt64 = 0
        var depth = 0
        /// The kinds of the brackets further out, 64 at a time.
        var outer: [UInt64] = []

        init(_ bytes: UnsafeRawBufferPointer) {
            self.bytes = bytes
            count = bytes.count
        }

        mutating func run() throws(WireFormatError) {
            skipBlanks()
            guard cursor < count, bytes[cursor] == UInt8(ascii: "{") else { throw expected("an object") }
            cursor += 1
            try enter(isObject: true)
            var next = Expected.keyOrEnd
            while depth > 0 {
                skipBlanks()
                guard cursor < count else { throw expected("more: the document is cut off") }
                let byte = bytes[cursor]
                switch next {
                case .keyOrEnd where byte == UInt8(ascii: "}"), .valueOrEnd where byte == UInt8(ascii: "]"):
                    leave()
                    next = .commaOrEnd
                case .keyOrEnd, .key:
                    guard byte == UInt8(ascii: "\"") else { throw expected("a name in quotation marks") }
                    try text()
                    skipBlanks()
                    guard cursor < count, bytes[cursor] == UInt8(ascii: ":") else { throw expected("a colon") }
                    cursor += 1
                    next = .value
                case .commaOrEnd:
                    if byte == UInt8(ascii: ",") {
                        cursor += 1
                        next = isInObject ? .key : .value
                    } else if byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                        leave()
                    } else {
                        throw expected(isInObject ? "a comma or }" : "a comma or ]")
                    }
                case .value, .valueOrEnd: next = try value(byte)
                }
            }
        }

        private var isInObject: Bool { kinds & 1 == 1 }

        private mutating func value(_ byte: UInt8) throws(WireFormatError) -> Expected {
            switch byte {
            case UInt8(ascii: "\""): try text()
            case UInt8(ascii: "{"):
                cursor += 1
                try enter(isObject: true)
                return .keyOrEnd
            case UInt8(ascii: "["):
                cursor += 1
                try enter(isObject: false)
                return .valueOrEnd
            case UInt8(ascii: "t"): try word("true")
            case UInt8(ascii: "f"): try word("false")
            case UInt8(ascii: "n"): try word("null")
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            default: throw expected("a value")
            }
            return .commaOrEnd
        }

        private mutating func enter(isObject: Bool) throws(WireFormatError) {
            guard depth < JSONObjectCheck.depthMax else {
                throw WireFormatError(.tooLarge, .byte(cursor), "nested deeper than \(JSONObjectCheck.depthMax)")
            }
            if depth & 63 == 0, depth > 0 {
                outer.append(kinds)
                kinds = 0
            }
            kinds = kinds << 1 | (isObject ? 1 : 0)
            depth += 1
        }

        private mutating func leave() {
            cursor += 1
            depth -= 1
            kinds >>= 1
            if depth & 63 == 0, let last = outer.popLast() { kinds = last }
        }

        @inline(__always)
        mutating func skipBlanks() {
            while cursor < count {
                let byte = bytes[cursor]
                guard byte <= 0x20, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
                cursor += 1
            }
        }

        /// Past the text that begins at the cursor.
        @inline(__always)
        private mutating func text() throws(WireFormatError) {
            let start = cursor
            cursor += 1
            while true {
                cursor = bytes.quoteOrBackslash(from: cursor, to: count)
                guard cursor < count else {
                    cursor = start
                    throw expected("a text that ends")
                }
                switch bytes[cursor] {
                case UInt8(ascii: "\""):
                    cursor += 1
                    return
                case UInt8(ascii: "\\"): try escape()
                default: cursor += 1
                }
            }
        }

        private mutating func escape() throws(WireFormatError) {
            guard cursor + 1 < count else { throw expected("an escape that ends") }
            switch bytes[cursor + 1] {
            case UInt8(ascii: "u"):
                guard cursor + 6 <= count, bytes[(cursor + 2)..<(cursor + 6)].allSatisfy(Self.isHexadecimal) else {
                    throw expected("four hexadecimal digits")
                }
                cursor += 6
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                cursor += 2
            default: throw expected("an escape that JSON has")
            }
        }

        private mutating func number() throws(WireFormatError) {
            if bytes[cursor] == UInt8(ascii: "-") { cursor += 1 }
            if cursor < count, bytes[cursor] == UInt8(ascii: "0") { cursor += 1 } else { try digits() }
            if cursor < count, bytes[cursor] == UInt8(ascii: ".") {
                cursor += 1
                try digits()
            }
            if cursor < count, bytes[cursor] | 0x20 == UInt8(ascii: "e") {
                cursor += 1
                if cursor < count, bytes[cursor] == UInt8(ascii: "+") || bytes[cursor] == UInt8(ascii: "-") {
                    cursor += 1
                }
                try digits()
            }
        }

        private mutating func digits() throws(WireFormatError) {
            let start = cursor
            while cursor < count, bytes[cursor] &- 0x30 < 10 { cursor += 1 }
            if cursor == start { throw expected("a digit") }
        }

        private mutating func word(_ word: StaticString) throws(WireFormatError) {
            let length = word.utf8CodeUnitCount
            guard count - cursor >= length,
                bytes[cursor..<cursor + length].elementsEqual(
                    UnsafeRawBufferPointer(start: word.utf8Start, count: length))
            else { throw expected("\(word)") }
            cursor += length
        }

        func expected(_ what: String) -> WireFormatError {
            WireFormatError(.malformed, .byte(cursor), "expected \(what)")
        }

        private static func isHexadecimal(_ byte: UInt8) -> Bool {
            byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
        }
    }
}
