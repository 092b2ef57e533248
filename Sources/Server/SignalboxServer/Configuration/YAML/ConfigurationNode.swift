import Basics
import PromQL
import SignalModel
import Yams

/// A place in a YAML file, read with expectations; what disappoints them is noted with its line and column and
/// reading goes on, so one run reports every problem.
struct ConfigurationNode {
    /// Gathers the problems of one load over all its files.
    final class Problems {
        private(set) var diagnostics: [Diagnostic] = []

        /// Beyond this more problems are not listed: the first ones are what gets mended.
        static let diagnosticsMax = 100

        func note(_ diagnostic: Diagnostic) {
            if diagnostics.count < Self.diagnosticsMax { diagnostics.append(diagnostic) }
        }
    }

    let node: Node
    let file: String
    let source: SourceText
    let problems: Problems
    /// Keys that lead here, `metrics.scrape_configs`.
    let path: String

    var line: Int { node.mark?.line ?? 0 }
    var column: Int { node.mark?.column ?? 0 }
    /// `FILE:LINE:COLUMN`.
    var placeText: String { "\(file):\(line):\(column)" }

    func note(_ message: String) {
        problems.note(
            Diagnostic(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, message: message))
    }

    /// Notes a problem at byte `offset` of this scalar's text, where that stands in the file.
    func note(_ message: String, atByte offset: Int) {
        guard let mark = node.mark, let scalar = node.scalar else { return note(message) }
        let place: (line: Int, column: Int) =
            switch scalar.style {
            case .literal, .folded: source.placeInBlock(of: scalar.string, offset: offset, from: mark.line)
            case .doubleQuoted, .singleQuoted:
                source.placeInFlow(
                    offset: offset, fromLine: mark.line, column: mark.column + 1,
                    isDoubleQuoted: scalar.style == .doubleQuoted)
            default:
                source.placeInFlow(
                    offset: offset, fromLine: mark.line, column: mark.column, isDoubleQuoted: false)
            }
        problems.note(Diagnostic(file: file, line: place.line, column: place.column, message: message))
    }

    /// The text of a scalar of any type; nil for lists and mappings.
    var scalarText: String? { node.scalar?.string }
    var isEmptyText: Bool { scalarText?.isEmpty == true }
    var isEmptyList: Bool { node.sequence?.isEmpty == true }

    var isNull: Bool { node.tag == Tag(.null) }

    func expected(_ what: String) {
        let found =
            switch node {
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .alias: "an alias"
            case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : quoted(String(scalar.string.prefix(60)))
            }
        note("\(path.isEmpty ? "the file" : path) must be \(what), not \(found)")
    }

    /// Entries in order; nil, and a problem, when this is no mapping.
    func mapping() -> MappingReader? {
        guard case .mapping(let mapping) = node else {
            // An empty section is an empty mapping, as people leave them while editing.
            if isNull { return MappingReader(entries: [], owner: self) }
            expected("a mapping")
            return nil
        }
        var entries: [MappingReader.Entry] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                ConfigurationNode(node: key, file: file, source: source, problems: problems, path: path).note(
                    "a key must be plain text")
                continue
            }
            let child = path.isEmpty ? name : path + "." + name
            entries.append(
                MappingReader.Entry(
                    name: name,
                    key: ConfigurationNode(node: key, file: file, source: source, problems: problems, path: path),
                    value: ConfigurationNode(node: value, file: file, source: source, problems: problems, path: child)
                ))
        }
        return MappingReader(entries: entries, owner: self)
    }

    /// Those of a list; what is none stands for a list of one.
    func listOrOne() -> [ConfigurationNode] {
        if case .sequence = node { return list() }
        return [self]
    }

    func list() -> [ConfigurationNode] {
        guard case .sequence(let sequence) = node else {
            if !isNull { expected("a list") }
            return []
        }
        return sequence.enumerated().map { index, element in
            ConfigurationNode(
                node: element, file: file, source: source, problems: problems, path: "\(path)[\(index)]")
        }
    }

    func string() -> String? {
        guard let scalar = node.scalar, !isNull else {
            expected("text")
            return nil
        }
        return scalar.string
    }

    func bool() -> Bool? {
        guard let value = node.bool else {
            expected("true or false")
            return nil
        }
        return value
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        guard let value = node.int else {
            expected("a whole number")
            return nil
        }
        guard range.contains(value) else {
            note("\(path) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
            return nil
        }
        return value
    }

    func number() -> Double? {
        guard let value = node.float ?? node.int.map(Double.init) else {
            expected("a number")
            return nil
        }
        return value
    }

    /// Prometheus' durations, `1h30m`; `minimum` inclusive.
    func duration(minimum: Duration = .zero) -> Duration? {
        guard let text = node.scalar?.string, let value = try? PromQLParser.parseDuration(text) else {
            expected("a duration such as 30s, 5m or 1h30m")
            return nil
        }
        guard value >= minimum else {
            note("\(path) must be at least \(DurationText.text(milliseconds: minimum.milliseconds)), not \(text)")
            return nil
        }
        return value
    }

    func strings() -> [String] { list().compactMap { $0.string() } }

    /// A mapping of plain text to plain text.
    func stringMap() -> [(name: String, value: String)] {
        guard var reader = mapping() else { return [] }
        return reader.all().compactMap { entry in entry.value.string().map { (entry.name, $0) } }
    }

    /// One of `Value`'s raw values.
    func choice<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let text = node.scalar?.string, let value = Value(rawValue: text) else {
            expected("one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
            return nil
        }
        return value
    }
}
