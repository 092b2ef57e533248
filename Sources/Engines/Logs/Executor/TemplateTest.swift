/// A test as it is asked of templates before any string is put together.
struct TemplateTest: Sendable {
    private enum Kind: Sendable {
        case all
        /// The whole string is one of those that fill one of these templates so.
        case whole(Wholes)
        case wholePrefix(WordForms)
        case matches([Words])
        /// A single word passes.
        case word(CompiledTest, prefix: WordForms?)
        case unknown
    }

    /// What fills each template; many are found by their hash.
    private struct Wholes: Sendable {
        private let few: [(template: [UInt8], fillings: [TemplateFilling])]
        private let many: [[UInt8]: [TemplateFilling]]?

        init(_ fillings: [[UInt8]: [TemplateFilling]]) {
            many = fillings.count < ConstantList.manyMin ? nil : fillings
            few = many == nil ? fillings.map { ($0.key, $0.value) } : []
        }

        subscript(template: UnsafeRawBufferPointer) -> [TemplateFilling]? {
            if let many { return many[Array(template)] }
            return few.first { template.elementsEqual($0.template) }?.fillings
        }
    }

    struct Words: Sendable {
        var forms: [WordForms]
        var mode: ValueTest.MatchMode
    }

    private let kind: Kind
    private static let wordsMax = 63

    init(_ test: CompiledTest) {
        switch test.kind {
        case .exists: kind = .all
        case .equals(let constants):
            guard constants.all.allSatisfy(\.isText) else {
                kind = .unknown
                return
            }
            var parser = TemplateParser()
            var wholes: [[UInt8]: [TemplateFilling]] = [:]
            for constant in constants.all where constant.text.withUnsafeBytes({ parser.parse($0) }) {
                wholes[parser.template, default: []].append(
                    TemplateFilling(numbers: parser.numbers, digits: parser.digits))
            }
            kind = .whole(Wholes(wholes))
        case .words(let matches):
            kind = .matches(
                matches.map { match in
                    let last = match.all.count - 1
                    let forms = match.all.enumerated().map {
                        WordForms($0.element, isPrefix: match.lastIsPrefix && $0.offset == last)
                    }
                    return Words(forms: forms, mode: match.mode)
                })
        case .prefix(let prefix, let ignoresCase):
            let forms = WordForms(prefix, isPrefix: true)
            if test.isOfWords {
                kind = .word(test, prefix: forms)
            } else {
                kind = ignoresCase ? .unknown : .wholePrefix(forms)
            }
        case .wildcard, .expression, .fuzzy: kind = test.isOfWords ? .word(test, prefix: nil) : .unknown
        case .range, .addresses: kind = .unknown
        }
    }

    // MARK: Word lists

    /// Whether a template may pass that has words of a list only; the list, sorted, holds every word of the templates.
    func mayPass(_ words: PackedStrings) -> Bool {
        switch kind {
        case .all, .unknown, .whole, .wholePrefix: return true
        case .word: return (0..<words.count).contains { words.withBytes($0) { fit(word: $0) } != .no }
        case .matches(let matches):
            return matches.contains { match in
                guard !match.forms.isEmpty else { return false }
                if case .anyWord = match.mode { return match.forms.contains { $0.mayBe(in: words) } }
                return match.forms.allSatisfy { $0.mayBe(in: words) }
            }
        }
    }

    private func fit(word: UnsafeRawBufferPointer) -> WordForms.Fit {
        guard case .word(let test, let prefix) = kind else { return .maybe }
        if let prefix { return prefix.fit(word) }
        if word.contains(where: { $0 == TemplateParser.number || $0 == TemplateParser.hexadecimal }) { return .maybe }
        return test.passes(whole: word) ? .yes : .no
    }

    // MARK: Templates

    /// Words of ASCII letters of which a template has to have one to pass, each word in lower case; nil when nothing
    /// is known. A template of more than ASCII may have one that does not look like it.
    var anchors: [[UInt8]]? {
        guard case .matches(let matches) = kind else { return nil }
        var anchors: [[UInt8]] = []
        for match in matches {
            if case .anyWord = match.mode, match.forms.count > 1 { return nil }
            guard let anchor = match.forms.compactMap(\.literal).max(by: { $0.count < $1.count }) else { return nil }
            anchors.append(anchor)
        }
        return anchors
    }

    /// What strings of this template are filled with that pass, where that decides; nil where they have to be put
    /// together.
    func fillings(template: UnsafeRawBufferPointer) -> [TemplateFilling]? {
        guard case .whole(let wholes) = kind else { return nil }
        let fillings = wholes[template] ?? []
        // Many are looked up sooner than compared.
        return fillings.count < ConstantList.manyMin ? fillings : nil
    }

    /// What can be said of all strings of a template.
    func fit(template: UnsafeRawBufferPointer) -> WordForms.Fit {
        switch kind {
        case .all: return .yes
        case .unknown: return .maybe
        case .whole(let wholes):
            guard let fillings = wholes[template] else { return .no }
            return fillings.contains { $0.numbers.isEmpty && $0.digits.isEmpty } ? .yes : .maybe
        case .wholePrefix(let forms): return forms.fit(template)
        case .word:
            var best = WordForms.Fit.no
            var scanner = TemplateWords(template)
            while best != .yes,
                scanner.next({ word in
                    switch fit(word: word) {
                    case .yes: best = .yes
                    case .maybe: if best == .no { best = .maybe }
                    case .no: break
                    }
                })
            {}
            return best
        case .matches(let matches):
            var best = WordForms.Fit.no
            for match in matches {
                switch Self.fit(template, match) {
                case .yes: return .yes
                case .maybe: best = .maybe
                case .no: break
                }
            }
            return best
        }
    }

    /// Runs the match twice at once: with the words that are there for certain, and with those that may be.
    private static func fit(_ template: UnsafeRawBufferPointer, _ match: Words) -> WordForms.Fit {
        let forms = match.forms
        guard !forms.isEmpty else { return .no }
        guard forms.count <= wordsMax else { return .maybe }
        let last = UInt64(1) << UInt64(forms.count - 1)
        let all = last << 1 &- 1
        var certain: UInt64 = 0
        var possible: UInt64 = 0
        var isCertain = false
        var isPossible = false
        var scanner = TemplateWords(template)
        while !isCertain,
            scanner.next({ word in
                var yes: UInt64 = 0
                var maybe: UInt64 = 0
                for index in forms.indices {
                    switch forms[index].fit(word) {
                    case .yes: yes |= 1 << UInt64(index)
                    case .maybe: maybe |= 1 << UInt64(index)
                    case .no: break
                    }
                }
                maybe |= yes
                switch match.mode {
                case .anyWord:
                    isCertain = isCertain || yes != 0
                    isPossible = isPossible || maybe != 0
                case .phrase(slop: 0), .phrasePrefix:
                    certain = (certain << 1 | 1) & yes
                    possible = (possible << 1 | 1) & maybe
                    isCertain = isCertain || certain & last != 0
                    isPossible = isPossible || possible & last != 0
                case .allWords:
                    certain |= yes
                    possible |= maybe
                    isCertain = certain == all
                    isPossible = possible == all
                case .phrase:
                    possible |= maybe
                    isPossible = possible == all
                }
            })
        {}
        return isCertain ? .yes : isPossible ? .maybe : .no
    }
}
