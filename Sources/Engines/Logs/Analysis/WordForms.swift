/// A word, or the begin of one, as it may stand in templates.
struct WordForms: Sendable {
    enum Fit: Sendable {
        case no, maybe, yes
    }

    /// In lower case.
    let word: [UInt8]
    let isPrefix: Bool
    /// Templates that stand for the word among other values; none for a word without digits, which stands for itself.
    private let forms: [[UInt8]]
    /// It cannot be said how it is split.
    private let isUnclear: Bool

    init(_ word: [UInt8], isPrefix: Bool) {
        self.word = word
        self.isPrefix = isPrefix
        let hasDigits = word.contains { $0 &- 0x30 < 10 }
        // In capitals a hexadecimal identifier is none: a text is split before its case is folded.
        isUnclear = hasDigits && word.contains { $0 >= 0x80 }
        guard hasDigits, !isUnclear else {
            forms = []
            return
        }
        var parser = TemplateParser()
        var forms: [[UInt8]] = []
        word.withUnsafeBytes { bytes in
            if parser.parse(bytes) { forms.append(parser.template) }
            parser.parseWithoutHexadecimal(bytes)
            forms.append(parser.template)
        }
        self.forms = forms
    }

    /// How it stands to a word of a template, in lower case.
    func fit(_ other: UnsafeRawBufferPointer) -> Fit {
        if isPrefix { return prefixFit(other) }
        if isUnclear {
            return other.contains { $0 == TemplateParser.number || $0 == TemplateParser.hexadecimal } ? .maybe : .no
        }
        guard !forms.isEmpty else { return Self.equals(other, word) ? .yes : .no }
        return forms.contains { Self.equals(other, $0) } ? .maybe : .no
    }

    /// The word, where it stands for itself and is of ASCII: what a text in lower case has somewhere.
    var literal: [UInt8]? {
        guard !isUnclear, forms.isEmpty, !word.isEmpty, word.allSatisfy({ $0 < 0x80 }) else { return nil }
        // The begin of a word may be the begin of a place holder.
        return isPrefix ? nil : word
    }

    /// Whether one of a sorted list of words fits.
    func mayBe(in words: PackedStrings) -> Bool {
        if isPrefix || isUnclear { return (0..<words.count).contains { words.withBytes($0) { fit($0) } != .no } }
        return (forms.isEmpty ? [word] : forms).contains { words.hasSorted($0) }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 6 }

    @inline(__always)
    private static func equals(_ other: UnsafeRawBufferPointer, _ word: [UInt8]) -> Bool {
        guard other.count == word.count else { return false }
        for index in word.indices where other[index] != word[index] { return false }
        return true
    }

    private func prefixFit(_ other: UnsafeRawBufferPointer) -> Fit {
        for (index, byte) in word.enumerated() {
            guard index < other.count else { return .no }
            switch other[index] {
            case TemplateParser.hexadecimal: return Self.isHexDigit(byte) ? .maybe : .no
            case TemplateParser.number: return byte &- 0x30 < 10 ? .maybe : .no
            case byte: continue
            default: return .no
            }
        }
        return .yes
    }
}

/// The words of templates: as `WordScanner` finds them, where a place holder counts as a letter.
struct TemplateWords {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var lowered: [UInt8] = []

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next word, in lower case; good until the next call.
    mutating func next(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        let count = bytes.count
        while offset < count {
            let start = offset
            // Fast path: an ASCII word with or without place holders.
            while offset < count, Self.isWord(bytes[offset]) { offset += 1 }
            if offset < count, bytes[offset] >= 0x80 {
                offset = start
                if let wide = wide() {
                    wide.withUnsafeBytes { body($0) }
                    return true
                }
                continue
            }
            guard offset > start else {
                offset += 1
                continue
            }
            lowered.removeAll(keepingCapacity: true)
            for place in start..<offset { lowered.append(Words.lowered(bytes[place])) }
            lowered.withUnsafeBytes { body($0) }
            return true
        }
        return false
    }

    @inline(__always)
    private static func isWord(_ byte: UInt8) -> Bool {
        WordScanner.isWord(byte) || byte == TemplateParser.number || byte == TemplateParser.hexadecimal
    }

    // Slow path: the scanner takes place holders for ends of words, so those beside each other are one.
    private mutating func wide() -> [UInt8]? {
        let start = offset
        var end = offset
        while end < bytes.count {
            if Self.isWord(bytes[end]) {
                end += 1
                continue
            }
            guard bytes[end] >= 0x80 else { break }
            var scanner = WordScanner(UnsafeRawBufferPointer(rebasing: bytes[end...]))
            guard let range = scanner.next(), range.lowerBound == 0 else { break }
            end += range.upperBound
        }
        guard end > start else {
            // A character that is no letter.
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xc0 == 0x80 { offset += 1 }
            return nil
        }
        offset = end
        return Words.lowered(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), isWide: true)
    }
}
