internal import Basics

/// Marks the words of a record that a query asked for.
package struct Highlighter {
    private struct Mark {
        enum Kind {
            case word([UInt8])
            case prefix([UInt8])
        }

        var field: FieldSelector
        var kind: Kind
    }

    /// Marks of one query; beyond them words are found, but not marked.
    private static let marksMax = 200

    private var marks: [Mark] = []
    private let classes: FieldClasses
    private let before: [UInt8]
    private let after: [UInt8]

    package init(_ filter: LogFilter, _ classes: FieldClasses, before: String, after: String) {
        self.classes = classes
        self.before = Array(before.utf8)
        self.after = Array(after.utf8)
        collect(filter)
    }

    package var isEmpty: Bool { marks.isEmpty }

    private mutating func collect(_ filter: LogFilter) {
        switch filter {
        case .all, .nothing, .not: return
        case .and(let parts), .or(let parts), .atLeast(_, let parts):
            for part in parts { collect(part) }
        case .test(let field, let test):
            switch test {
            case .match(let value, _): add(field, value.text)
            case .anyOf(let values): for value in values.prefix(Self.marksMax) { add(field, value.text) }
            case .prefix(let text, _): addPrefix(field, text)
            case .wildcard(let pattern, _):
                // A word that begins like the pattern, when the star stands at its end.
                if pattern.hasSuffix("*"), !pattern.dropLast().contains(where: { "*?\\".contains($0) }) {
                    addPrefix(field, String(pattern.dropLast()))
                }
            case .exists, .expression, .fuzzy, .range: return
            }
        }
    }

    private mutating func add(_ field: FieldSelector, _ text: String) {
        for word in Words.of(text) where marks.count < Self.marksMax {
            marks.append(Mark(field: field, kind: .word(word)))
        }
    }

    private mutating func addPrefix(_ field: FieldSelector, _ text: String) {
        guard marks.count < Self.marksMax, !text.isEmpty else { return }
        marks.append(Mark(field: field, kind: .prefix(Words.lowered(text))))
    }

    /// `text` of `field` with marks around what was asked for; nil when there is nothing to mark.
    package func marked(_ text: String, of field: String) -> String? {
        let mine = marks.filter { mark in
            switch mark.field {
            case .any: true
            case .named(let name): name == field || name == field + ".keyword" || name == field + ".text"
            case .matching(let pattern): Wildcard.matches(field, pattern)
            }
        }
        guard !mine.isEmpty else { return nil }
        var text = text
        var result: [UInt8] = []
        var isMarked = false
        text.withUTF8 { buffer in
            let bytes = UnsafeRawBufferPointer(buffer)
            var scanner = WordScanner(bytes)
            var end = 0
            while let range = scanner.next() {
                let word = Words.lowered(UnsafeRawBufferPointer(rebasing: bytes[range]), isWide: scanner.isWide)
                let isAsked = mine.contains { mark in
                    switch mark.kind {
                    case .word(let wanted): word == wanted
                    case .prefix(let wanted): word.starts(with: wanted)
                    }
                }
                guard isAsked else { continue }
                result.append(contentsOf: bytes[end..<range.lowerBound])
                result.append(contentsOf: before)
                result.append(contentsOf: bytes[range])
                result.append(contentsOf: after)
                end = range.upperBound
                isMarked = true
            }
            result.append(contentsOf: bytes[end...])
        }
        return isMarked ? String(decoding: result, as: UTF8.self) : nil
    }
}
