package import SignalModel

/// Takes columns out of texts by patterns of dissect or grok, with the rules that ES|QL has for them: a name that is
/// used several times has several values, and what is no number where one was asked for is none.
package struct TextPattern: Sendable {
    package struct Invalid: Error, CustomStringConvertible {
        package var description: String
    }

    /// Finding out whether a text matches took more steps than it may.
    package struct Interrupted: Error, CustomStringConvertible {
        package var description: String
    }

    private struct Grok: Sendable {
        var expression: GrokExpression
        /// The column of each capture.
        var columns: [Int]
    }

    private enum Kind: Sendable {
        case dissect(DissectPattern)
        case grok([Grok])
    }

    package private(set) var columns: [String] = []
    private var kind: Kind

    package init(dissect text: String, appendSeparator: String) throws(Invalid) {
        let pattern: DissectPattern
        do { pattern = try DissectPattern(text, appendSeparator: appendSeparator) } catch {
            throw Invalid(description: "Invalid pattern for dissect: [\(text)]: \(error)")
        }
        if let name = pattern.nameOfReference {
            throw Invalid(description: "Reference keys not supported in dissect patterns: [%{*\(name)}]")
        }
        columns = pattern.fieldNames
        kind = .dissect(pattern)
    }

    /// Of several patterns the first that matches counts.
    package init(grok texts: [String]) throws(Invalid) {
        var types: [String: GrokExpression.CaptureType] = [:]
        var all: [Grok] = []
        var columns: [String] = []
        for text in texts {
            let expression: GrokExpression
            do { expression = try GrokExpression(text, bank: .ecs) } catch {
                throw Invalid(description: "Invalid GROK pattern [\(text)]: [\(error)]")
            }
            var places: [Int] = []
            for capture in expression.captures {
                guard (types[capture.name] ?? capture.type).isSameColumn(as: capture.type) else {
                    throw Invalid(
                        description: "Invalid GROK pattern [\(text)]: [the attribute [\(capture.name)] is defined "
                            + "multiple times with different types]")
                }
                types[capture.name] = capture.type
                if !columns.contains(capture.name) { columns.append(capture.name) }
                places.append(columns.firstIndex(of: capture.name) ?? 0)
            }
            all.append(Grok(expression: expression, columns: places))
        }
        self.columns = columns
        kind = .grok(all)
    }

    /// The values of each column; nil when the text does not match.
    package func match(_ text: String) throws(Interrupted) -> [[DocumentValue]]? {
        var values = [[DocumentValue]](repeating: [], count: columns.count)
        switch kind {
        case .dissect(let pattern):
            guard let found = pattern.match(text) else { return nil }
            for (name, value) in found {
                if let column = columns.firstIndex(of: name) { values[column] = [.string(value)] }
            }
            return values
        case .grok(let expressions):
            var budget = MatchBudget()
            for grok in expressions {
                let caught: [[String]]?
                do { caught = try grok.expression.caught(in: text, &budget) } catch {
                    throw Interrupted(description: error.reason)
                }
                guard let caught else { continue }
                for ((capture, column), texts) in zip(zip(grok.expression.captures, grok.columns), caught) {
                    values[column] += texts.compactMap { GrokExpression.value($0, capture.type) }
                }
                return values
            }
            return nil
        }
    }
}

extension GrokExpression.CaptureType {
    /// `int` and `integer` are one name.
    fileprivate func isSameColumn(as other: Self) -> Bool {
        func plain(_ type: Self) -> Self { type == .int ? .integer : type }
        return plain(self) == plain(other)
    }
}
