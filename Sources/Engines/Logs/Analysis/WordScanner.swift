/// Finds the words of a text, for the index and for queries alike: runs of letters, digits and `_`, of any script,
/// marks that combine with a letter included. Words are compared in lower case.
struct WordScanner {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    /// Whether the word found last has bytes beyond ASCII.
    private(set) var isWide = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Where the next word stands; nil after the last.
    mutating func next() -> Range<Int>? {
        let count = bytes.count
        while offset < count {
            let byte = bytes[offset]
            if byte < 0x80 {
                if Self.isWord(byte) { return word() }
                offset += 1
            } else {
                let (scalar, length) = Self.scalar(bytes, offset)
                if Self.isWord(scalar) { return word() }
                offset += length
            }
        }
        return nil
    }

    private mutating func word() -> Range<Int> {
        let start = offset
        let count = bytes.count
        isWide = false
        while offset < count {
            let byte = bytes[offset]
            // Fast path: ASCII.
            if byte < 0x80 {
                guard Self.isWord(byte) else { break }
                offset += 1
            } else {
                let (scalar, length) = Self.scalar(bytes, offset)
                guard Self.isWord(scalar) else { break }
                isWide = true
                offset += length
            }
        }
        return start..<offset
    }

    @inline(__always)
    static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5f
    }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        if properties.isAlphabetic || properties.numericType != nil { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber: return true
        default: return false
        }
    }

    /// The scalar at `offset` and its length; the replacement character, of one byte, where the bytes are not UTF-8.
    private static func scalar(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> (Unicode.Scalar, Int) {
        let first = UInt32(bytes[offset])
        let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
        guard length > 1, offset + length <= bytes.count else { return ("\u{fffd}", 1) }
        var value = first & (0x7f >> UInt32(length))
        for place in offset + 1..<offset + length {
            guard bytes[place] & 0xc0 == 0x80 else { return ("\u{fffd}", 1) }
            value = value << 6 | UInt32(bytes[place] & 0x3f)
        }
        guard let scalar = Unicode.Scalar(value) else { return ("\u{fffd}", 1) }
        return (scalar, length)
    }
}

/// Words in lower case.
enum Words {
    /// The words of a constant, each as it is compared.
    static func of(_ text: String) -> [[UInt8]] {
        var text = text
        return text.withUTF8 { buffer in
            let bytes = UnsafeRawBufferPointer(buffer)
            var scanner = WordScanner(bytes)
            var words: [[UInt8]] = []
            while let range = scanner.next() {
                words.append(lowered(UnsafeRawBufferPointer(rebasing: bytes[range]), isWide: scanner.isWide))
            }
            return words
        }
    }

    static func lowered(_ word: UnsafeRawBufferPointer, isWide: Bool) -> [UInt8] {
        guard isWide else { return word.map(lowered) }
        return Array(String(decoding: word, as: UTF8.self).lowercased().utf8)
    }

    static func lowered(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { lowered(UnsafeRawBufferPointer($0), isWide: $0.contains { $0 >= 0x80 }) }
    }

    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Whether an ASCII word is `lowered`, whatever its case.
    @inline(__always)
    static func equals(_ word: UnsafeRawBufferPointer, _ lowered: UnsafeRawBufferPointer) -> Bool {
        guard word.count == lowered.count else { return false }
        for index in 0..<word.count where Self.lowered(word[index]) != lowered[index] { return false }
        return true
    }
}
