internal import Basics

extension PipeEvaluation {
    func texts(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        if function == .space {
            guard let count = Self.count(values[0]), count <= Self.textBytesMax else { return .null }
            return .text(String(repeating: " ", count: count))
        }
        guard let text = values[0].string else { return .null }
        let other = values.count > 1 ? values[1].string ?? "" : ""
        switch function {
        case .length: return .long(Int64(text.unicodeScalars.count))
        case .byteLength: return .long(Int64(text.utf8.count))
        case .bitLength: return .long(Int64(text.utf8.count * 8))
        case .toUpper: return .text(text.uppercased())
        case .toLower: return .text(text.lowercased())
        case .reverse: return .text(String(text.reversed()))
        case .trim, .ltrim, .rtrim:
            var view = text[...]
            if function != .rtrim { view = view.drop { $0.isWhitespace } }
            if function != .ltrim { while view.last?.isWhitespace == true { view.removeLast() } }
            return .text(String(view))
        case .substring, .left, .right: return Self.part(function, text, values)
        case .concat:
            let parts = values.compactMap(\.string)
            guard parts.reduce(0, { $0 + $1.utf8.count }) <= Self.textBytesMax else { return .null }
            return .text(parts.joined())
        case .repeat:
            guard let count = Self.count(values[1]),
                count <= Self.textBytesMax, text.utf8.count * count <= Self.textBytesMax
            else { return .null }
            return .text(String(repeating: text, count: count))
        case .replace:
            guard let expression = patterns.expression(other) else { return .null }
            return Self.replaced(text, expression, values[2].string ?? "").map { .text($0) } ?? .null
        case .split:
            guard !other.isEmpty else { return values[0] }
            return PipeValue(list: Self.split(text, by: other).map { .text($0) })
        case .startsWith: return .bool(text.utf8.starts(with: other.utf8))
        case .endsWith: return .bool(text.utf8.reversed().starts(with: other.utf8.reversed()))
        case .contains: return .bool(other.isEmpty || Self.split(text, by: other).count > 1)
        default: return Self.place(of: other, in: text, values)
        }
    }

    /// Nil below zero and for what is no whole number.
    private static func count(_ value: PipeValue) -> Int? {
        guard case .long(let count) = value, (0..<1 << 31).contains(count) else { return nil }
        return Int(count)
    }

    private static func part(_ function: PipeFunction, _ text: String, _ values: [PipeValue]) -> PipeValue {
        let characters = Array(text.unicodeScalars)
        func limited(_ index: Int) -> Int? {
            guard case .long(let number) = values[index] else { return nil }
            return Int(Swift.max(-1 << 31, Swift.min(number, 1 << 31)))
        }
        guard let first = limited(1) else { return .null }
        var range = 0..<Swift.min(Swift.max(0, first), characters.count)
        switch function {
        case .right: range = (characters.count - range.count)..<characters.count
        case .substring:
            // Counted from 1, which 0 is too; from the end when it is negative.
            let from = Swift.min(
                first > 0 ? first - 1 : first == 0 ? 0 : Swift.max(0, characters.count + first), characters.count)
            var count = characters.count
            if values.count > 2 {
                guard let wanted = limited(2), wanted >= 0 else { return .null }
                count = wanted
            }
            range = from..<Swift.min(from + count, characters.count)
        default: break
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: characters[range])
        return .text(String(view))
    }

    /// Counted from 1; 0 where it is not.
    private static func place(of other: String, in text: String, _ values: [PipeValue]) -> PipeValue {
        var skipped = 0
        if values.count > 2 {
            guard let start = count(values[2]) else { return .null }
            skipped = Swift.max(0, start - 1)
        }
        let rest = String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(skipped)))
        if other.isEmpty { return .long(Int64(skipped + 1)) }
        let pieces = split(rest, by: other)
        return .long(pieces.count > 1 ? Int64(skipped + pieces[0].unicodeScalars.count + 1) : 0)
    }

    private static func split(_ text: String, by separator: String) -> [String] {
        guard !separator.isEmpty else { return [text] }
        let (bytes, wanted) = (Array(text.utf8), Array(separator.utf8))
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + wanted.count <= bytes.count {
            if bytes[index..<index + wanted.count].elementsEqual(wanted) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += wanted.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// Every match by the replacement, in which `$1` is what the first group found; nil when it becomes too long.
    private static func replaced(_ text: String, _ expression: RegularExpression, _ replacement: String) -> String? {
        var result = ""
        var rest = text.startIndex
        while let groups = expression.firstMatch(in: text, from: text.utf8.distance(from: text.startIndex, to: rest)),
            let match = groups[0]
        {
            result += text[rest..<match.startIndex] + filled(replacement, groups)
            rest = match.endIndex
            if match.isEmpty {
                guard rest < text.endIndex else { return result.utf8.count <= textBytesMax ? result : nil }
                let next = text.unicodeScalars.index(after: rest)
                result += text[rest..<next]
                rest = next
            }
            guard result.utf8.count <= textBytesMax else { return nil }
        }
        return result + text[rest...]
    }

    private static func filled(_ replacement: String, _ groups: [Substring?]) -> String {
        guard replacement.utf8.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "\\") }) else {
            return replacement
        }
        var result = String.UnicodeScalarView()
        var characters = replacement.unicodeScalars[...]
        while let character = characters.popFirst() {
            if character == "\\", let escaped = characters.popFirst() {
                result.append(escaped)
            } else if character == "$", let digit = characters.first, ("0"..."9").contains(digit),
                Int(digit.value) - 48 < groups.count
            {
                characters.removeFirst()
                result.append(contentsOf: (groups[Int(digit.value) - 48] ?? "").unicodeScalars)
            } else {
                result.append(character)
            }
        }
        return String(result)
    }
}
