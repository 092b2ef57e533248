import Basics
import Yams

/// One YAML file as a tree with positions, with everything refused that makes such a tree explode.
enum YAMLDocument {
    /// A larger file is refused unread: configurations are written by people.
    static let bytesMax = 1 << 20
    /// Deeper nesting is refused: nothing of ours needs more than ten levels.
    private static let depthMax = 32
    /// A file with more values is refused.
    private static let nodesMax = 100_000
    static let aliasMessage = "anchors and aliases (&, *) are not supported: write the value out"

    /// `hasAliases`: anchors, aliases and merges are written out, as far as the bounds on values go. Only for files of
    /// whoever runs this: inside the parser, a key that is made of aliases costs what it expands to.
    static func parse(
        _ text: String, file: String, problems: ConfigurationNode.Problems, hasAliases: Bool = false
    ) -> ConfigurationNode? {
        roots(text, file: file, problems: problems, isStream: false, hasAliases: hasAliases).first
    }

    /// Every document of a file that may have several, between lines of `---`.
    static func parseAll(
        _ text: String, file: String, problems: ConfigurationNode.Problems
    ) -> [ConfigurationNode] {
        roots(text, file: file, problems: problems, isStream: true)
    }

    private static func roots(
        _ text: String, file: String, problems: ConfigurationNode.Problems, isStream: Bool, hasAliases: Bool = false
    ) -> [ConfigurationNode] {
        func note(_ line: Int, _ column: Int, _ message: String) {
            problems.note(Diagnostic(file: file, line: line, column: column, message: message))
        }
        if let problem = SuspiciousYAML.problem(in: text, hasAliases: hasAliases) {
            note(problem.line, problem.column, problem.message)
            return []
        }
        do {
            let parser = try Yams.Parser(yaml: text)
            var nodes: [Node] = []
            if isStream {
                while let node = try parser.nextRoot() { nodes.append(node) }
            } else if let node = try parser.singleRoot() {
                nodes.append(node)
            }
            if nodes.isEmpty {
                note(1, 1, "the file is empty")
                return []
            }
            // Nodes hold their anchors weakly, the parser holds them.
            let problem = withExtendedLifetime(parser) { () -> (Mark?, String)? in
                var count = 0
                for node in nodes {
                    if let problem = explosion(node, depth: 0, count: &count, hasAliases) { return problem }
                }
                if hasAliases { nodes = nodes.map(YAMLMerge.resolved) }
                return nil
            }
            if let problem {
                note(problem.0?.line ?? 1, problem.0?.column ?? 1, problem.1)
                return []
            }
            let source = SourceText(text)
            return nodes.map {
                ConfigurationNode(node: $0, file: file, source: source, problems: problems, path: "")
            }
        } catch let error as YamlError {
            let (mark, message) = describe(error)
            note(mark?.line ?? 1, mark?.column ?? 1, message)
        } catch {
            note(1, 1, "\(error)")
        }
        return []
    }

    /// The tree as text, keys in order, one line a value however long.
    static func text(of node: Node) throws -> String {
        try Yams.serialize(node: node, width: -1, allowUnicode: true)
    }

    /// Text that stays text, whatever it looks like.
    static func scalar(_ text: String) -> Node { Node(text, Tag(.str), .doubleQuoted) }

    /// Looks in document order, so an anchor is met before anything that repeats it.
    private static func explosion(
        _ node: Node, depth: Int, count: inout Int, _ hasAliases: Bool
    ) -> (Mark?, String)? {
        count += 1
        if node.anchor != nil, !hasAliases {
            return (node.mark, aliasMessage)
        }
        if depth > depthMax { return (node.mark, "nested deeper than \(depthMax) levels") }
        if count > nodesMax { return (node.mark, "more than \(nodesMax) values") }
        switch node {
        case .scalar: return nil
        case .alias(let alias): return (alias.mark, aliasMessage)
        case .sequence(let sequence):
            for element in sequence {
                if let problem = explosion(element, depth: depth + 1, count: &count, hasAliases) { return problem }
            }
        case .mapping(let mapping):
            for (key, value) in mapping {
                if let problem = explosion(key, depth: depth + 1, count: &count, hasAliases) { return problem }
                if let problem = explosion(value, depth: depth + 1, count: &count, hasAliases) { return problem }
            }
        }
        return nil
    }

    private static func describe(_ error: YamlError) -> (Mark?, String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark, "no valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark, "the key \(duplicates.joined(separator: ", ")) stands here more than once")
        case .reader(let problem, let offset, _, _):
            (nil, "no valid YAML: \(problem)\(offset.map { " at byte \($0)" } ?? "")")
        default: (nil, "no valid YAML: \(error)")
        }
    }
}
