import SignalModel

/// `a=1&b=2` from a query string or a form body, in order, percent-decoded, `+` as space.
package struct FormParameters: Sendable {
    package private(set) var entries: [(name: String, value: String)] = []

    /// Beyond this many the rest is refused: no endpoint takes more.
    package static let countMax = 4096

    package struct TooMany: Error {}

    package init() {}

    package init(_ text: some StringProtocol) throws(TooMany) {
        for piece in text.utf8.split(separator: UInt8(ascii: "&")) {
            guard entries.count < Self.countMax else { throw TooMany() }
            let split = piece.firstIndex(of: UInt8(ascii: "="))
            let name = Self.decode(piece[piece.startIndex..<(split ?? piece.endIndex)])
            let value = split.map { Self.decode(piece[piece.index(after: $0)...]) } ?? ""
            entries.append((name, value))
        }
    }

    package mutating func append(_ other: FormParameters) { entries += other.entries }

    /// The first value of `name`; nil when absent.
    package subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

    /// The whole number `name`, or `absent` where it is not said; anything out of `range` is refused.
    package func integer(_ name: String, in range: ClosedRange<Int>, absent: Int) throws -> Int {
        guard let text = self[name] else { return absent }
        guard let value = Int(text), range.contains(value) else {
            throw APIError(
                .badData, "\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(quoted(text))")
        }
        return value
    }

    package func all(_ name: String) -> [String] { entries.filter { $0.name == name }.map(\.value) }

    /// A part of a path, where a plus is a plus.
    package static func decode(pathPart text: String) -> String { decode(text.utf8, plus: UInt8(ascii: "+")) }

    private static func decode(_ bytes: some Collection<UInt8>, plus: UInt8 = UInt8(ascii: " ")) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): result.append(plus)
            case UInt8(ascii: "%"):
                let high = iterator.next()
                let low = iterator.next()
                if let high, let low, let value = hexValue(high, low) {
                    result.append(value)
                } else {
                    // A stray percent sign stands for itself.
                    result.append(byte)
                    result.append(contentsOf: [high, low].compactMap { $0 })
                }
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hexValue(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = Character(Unicode.Scalar(high)).hexDigitValue,
            let low = Character(Unicode.Scalar(low)).hexDigitValue
        else { return nil }
        return UInt8(high * 16 + low)
    }
}
