internal import Basics
internal import SignalModel

/// A test of values, ready for many of them.
struct CompiledTest: Sendable {
    enum Kind: Sendable {
        case exists
        case equals(ConstantList)
        /// Of text: one of these.
        case words([WordMatch])
        case prefix([UInt8], ignoresCase: Bool)
        case wildcard(WildcardPattern)
        case expression(RegularExpression)
        case fuzzy(FuzzyWord)
        case range(lower: (Constant, isInclusive: Bool)?, upper: (Constant, isInclusive: Bool)?)
        /// Addresses within these, or what equals a constant.
        case addresses(AddressRanges, ConstantList)
    }

    let kind: Kind
    /// Single words pass rather than whole values.
    let isOfWords: Bool
    /// For lists of strings.
    private let finders: [WordFinder]?

    /// What equals a constant of one of `tests`.
    init(equalToAnyOf tests: [CompiledTest]) {
        kind = .equals(
            ConstantList(
                tests.flatMap { test -> [Constant] in
                    if case .equals(let constants) = test.kind { constants.all } else { [] }
                }))
        isOfWords = false
        finders = nil
    }

    init(_ test: ValueTest, _ fieldClass: FieldClasses.Class) throws(LogQueryError) {
        let isText = fieldClass == .text
        switch Self.simplified(test) {
        case .exists: (kind, isOfWords) = (.exists, false)
        case .match(let value, let mode):
            let constant = Constant(value)
            kind =
                isText
                ? .words([WordMatch(Words.of(String(decoding: constant.text, as: UTF8.self)), mode)])
                : Self.equality([value], [constant])
            isOfWords = false
        case .anyOf(let values):
            let constants = values.map(Constant.init)
            kind =
                isText
                ? .words(
                    constants.map {
                        WordMatch(Words.of(String(decoding: $0.text, as: UTF8.self)), .phrase(slop: 0))
                    })
                : Self.equality(values, constants)
            isOfWords = false
        case .prefix(let text, let ignoresCase):
            let folds = ignoresCase || isText
            kind = .prefix(folds ? Words.lowered(text) : Array(text.utf8), ignoresCase: folds)
            isOfWords = isText
        case .wildcard(let text, let ignoresCase):
            kind = .wildcard(WildcardPattern(text, ignoresCase: ignoresCase || isText))
            isOfWords = isText
        case .expression(let text, let ignoresCase):
            do throws(RegularExpression.InvalidPattern) {
                kind = .expression(try RegularExpression(ignoresCase ? "(?i:" + text + ")" : text))
            } catch {
                throw LogQueryError(.badFilter, "the regular expression '\(text)' is not one: \(error.reason)")
            }
            isOfWords = isText
        case .fuzzy(let text, let edits, let prefixCount):
            let word = isText ? String(decoding: Words.lowered(text), as: UTF8.self) : text
            kind = .fuzzy(FuzzyWord(word, edits: edits, prefixCount: prefixCount))
            isOfWords = isText
        case .range(let lower, let upper):
            kind =
                AddressRanges(from: lower, to: upper).map { .addresses($0, ConstantList([])) }
                ?? .range(
                    lower: lower.map { (Constant($0.value), $0.isInclusive) },
                    upper: upper.map { (Constant($0.value), $0.isInclusive) })
            isOfWords = false
        }
        finders = Self.finders(kind, isOfWords: isOfWords)
    }

    private static func equality(_ values: [QueryValue], _ constants: [Constant]) -> Kind {
        let list = ConstantList(constants)
        return AddressRanges(values).map { .addresses($0, list) } ?? .equals(list)
    }

    /// `time*` is a prefix, which word lists are asked for; a wildcard has to see every word.
    private static func simplified(_ test: ValueTest) -> ValueTest {
        guard case .wildcard(let text, let ignoresCase) = test, text.hasSuffix("*") else { return test }
        let start = text.dropLast()
        guard !start.isEmpty, !start.utf8.contains(where: { "*?\\".utf8.contains($0) }) else { return test }
        return .prefix(String(start), ignoresCase: ignoresCase)
    }

    /// Which values of a list pass.
    func passes(_ list: ValueList) -> [Bool] {
        switch list {
        case .strings(let values): return passes(values)
        case .integers, .doubles, .mixed:
            return (0..<list.count).map { passes(list, $0) }
        }
    }

    private func passes(_ values: PackedStrings) -> [Bool] {
        if let finders { return passes(values, finders) }
        return values.bytes.withUnsafeBytes { bytes in
            values.offsets.withUnsafeBufferPointer { offsets in
                (0..<values.count).map {
                    passes(UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])]))
                }
            }
        }
    }

    private func passes(_ list: ValueList, _ place: Int) -> Bool {
        let kind = list.kind(place)
        guard kind != .null else { return false }
        switch self.kind {
        case .exists: return true
        case .equals(let constants): return constants.contains(list, place)
        case .addresses(let ranges, let constants):
            if constants.contains(list, place) { return true }
            var text = list[place].text
            return kind == .string && text.withUTF8 { ranges.contains(UnsafeRawBufferPointer($0)) }
        case .range(let lower, let upper):
            if let lower {
                guard let order = lower.0.order(list, place), order > 0 || order == 0 && lower.isInclusive else {
                    return false
                }
            }
            if let upper {
                guard let order = upper.0.order(list, place), order < 0 || order == 0 && upper.isInclusive else {
                    return false
                }
            }
            return true
        case .words, .prefix, .wildcard, .expression, .fuzzy:
            var text = list[place].text
            return text.withUTF8 { passes(UnsafeRawBufferPointer($0)) }
        }
    }

    /// Whether a string passes.
    func passes(_ value: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .exists: return true
        case .equals(let constants): return constants.contains(value)
        case .addresses(let ranges, let constants): return constants.contains(value) || ranges.contains(value)
        case .words(let matches): return matches.contains { $0.matches(value) }
        case .range(let lower, let upper):
            if let lower {
                guard let order = lower.0.order(value), order > 0 || order == 0 && lower.isInclusive else {
                    return false
                }
            }
            guard let upper else { return true }
            guard let order = upper.0.order(value) else { return false }
            return order < 0 || order == 0 && upper.isInclusive
        case .prefix, .wildcard, .expression, .fuzzy:
            return isOfWords ? someWordPasses(value) : passes(whole: value)
        }
    }

    /// Whether one of the words of a text passes.
    private func someWordPasses(_ text: UnsafeRawBufferPointer) -> Bool {
        var scanner = WordScanner(text)
        var lowered: [UInt8] = []
        while let range = scanner.next() {
            let word = UnsafeRawBufferPointer(rebasing: text[range])
            if scanner.isWide {
                lowered = Words.lowered(word, isWide: true)
            } else {
                lowered.removeAll(keepingCapacity: true)
                for byte in word { lowered.append(Words.lowered(byte)) }
            }
            if lowered.withUnsafeBytes({ passes(whole: $0) }) { return true }
        }
        return false
    }

    /// Whether a keyword, or a single word in lower case, passes.
    func passes(whole value: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .prefix(let prefix, let ignoresCase):
            guard ignoresCase, !isOfWords else { return value.starts(with: prefix) }
            return Words.lowered(value, isWide: value.contains { $0 >= 0x80 }).starts(with: prefix)
        case .wildcard(let pattern): return pattern.matches(value)
        case .expression(let expression): return expression.matchesWhole(value)
        case .fuzzy(let word): return word.matches(value)
        default: return false
        }
    }
}

extension CompiledTest {
    /// Whether the time of a record passes: compared with points in time, with integers as nanoseconds, and with the
    /// dates that strings spell.
    func passes(timestamp: Int64) -> Bool {
        switch kind {
        case .exists: return true
        case .equals(let constants): return constants.contains(timestamp: timestamp)
        case .range(let lower, let upper):
            if let lower {
                guard let order = lower.0.order(timestamp: timestamp), order > 0 || order == 0 && lower.isInclusive
                else { return false }
            }
            guard let upper else { return true }
            guard let order = upper.0.order(timestamp: timestamp) else { return false }
            return order < 0 || order == 0 && upper.isInclusive
        case .words, .prefix, .wildcard, .expression, .fuzzy, .addresses: return false
        }
    }
}

extension Constant {
    func order(timestamp: Int64) -> Int? {
        guard let time = asTime else { return nil }
        return timestamp < time ? -1 : timestamp > time ? 1 : 0
    }
}
