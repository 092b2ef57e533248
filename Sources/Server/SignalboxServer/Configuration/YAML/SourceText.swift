/// A file's text by lines, for finding the place of something inside a scalar that spans lines.
struct SourceText {
    private let lines: [[Unicode.Scalar]]

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    /// The scalars of `line` and its indentation, counted from 1; empty beyond the file.
    private func line(_ number: Int) -> (scalars: [Unicode.Scalar], indentation: Int) {
        guard lines.indices.contains(number - 1) else { return ([], 0) }
        let scalars = lines[number - 1]
        return (scalars, scalars.prefix { $0 == " " }.count)
    }

    /// Where byte `offset` of the block scalar stands whose `|` or `>` is at `mark` (line from 1).
    ///
    /// Each source line gives its text and one newline or, folded, one space. Blank lines inside a folded block
    /// shift that by one, so there the place can be off by a character; the line is right.
    func placeInBlock(of text: String, offset: Int, from markLine: Int) -> (line: Int, column: Int) {
        var number = markLine + 1
        while number <= lines.count, line(number).scalars.allSatisfy({ $0 == " " }) { number += 1 }
        let indentation = line(number).indentation
        var rest = text.utf8.prefix(offset).count
        while number < lines.count {
            let size = bytes(line(number).scalars.dropFirst(indentation))
            if rest <= size { break }
            rest -= size + 1
            number += 1
        }
        return (number, indentation + 1 + characters(line(number).scalars.dropFirst(indentation), bytes: rest))
    }

    /// The same for a plain or quoted scalar that begins at `line` and `column` (after its quote).
    func placeInFlow(offset: Int, fromLine start: Int, column: Int, isDoubleQuoted: Bool) -> (line: Int, column: Int)
    {
        var number = start
        var position = column - 1
        var rest = offset
        while true {
            let scalars = line(number).scalars
            while rest > 0, position < scalars.count {
                let scalar = scalars[position]
                let isEscape = isDoubleQuoted && scalar == "\\" && position + 1 < scalars.count
                position += isEscape ? 2 : 1
                rest -= isEscape ? 1 : scalar.utf8.count
            }
            guard rest > 0, number < lines.count else { return (number, position + 1) }
            // The line break reads as one space.
            rest -= 1
            number += 1
            position = line(number).indentation
        }
    }

    private func bytes(_ scalars: ArraySlice<Unicode.Scalar>) -> Int { scalars.reduce(0) { $0 + $1.utf8.count } }

    private func characters(_ scalars: ArraySlice<Unicode.Scalar>, bytes count: Int) -> Int {
        var rest = count
        var characters = 0
        for scalar in scalars {
            if rest <= 0 { break }
            rest -= scalar.utf8.count
            characters += 1
        }
        return characters
    }
}
