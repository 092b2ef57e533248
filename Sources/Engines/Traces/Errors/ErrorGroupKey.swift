import Basics

/// What errors of one cause have in common: their type and the innermost calls of the service's own code, without the
/// numbers of lines; without a stack their message, without its numbers.
struct ErrorGroupKey {
    /// More calls tell ways to the same cause apart.
    private static let framesMax = 5

    /// 16 hexadecimal digits.
    let text: String

    init(type: String, message: String, stack: StackText) {
        var parts = [type]
        let own = stack.frames.filter { !$0.isLibrary }
        let frames = (own.isEmpty ? stack.frames : own).prefix(Self.framesMax).map(\.place)
        parts += frames.isEmpty ? [Self.normalised(message)] : frames
        var bytes: [UInt8] = []
        for part in parts { bytes += Array(part.utf8) + [0] }
        let digits = String(bytes.withUnsafeBytes { XXHash64.of($0) }, radix: 16)
        text = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A message's first line with place holders for its numbers, identifiers and what stands in quotes.
    static func normalised(_ message: String) -> String {
        let line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let words = line.prefix(300).split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
            let text = String(word)
            let hasDigit = text.utf8.contains { $0 &- 0x30 < 10 }
            if hasDigit, text.utf8.allSatisfy({ isIdentifier($0) }) { return "#" }
            return StackText.normalised(text)
        }
        return words.joined(separator: " ")
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
