import Yams

/// The tree without anchors, and with the entries of mappings under `<<` put in where they were merged.
enum YAMLMerge {
    static func resolved(_ node: Node) -> Node {
        switch node {
        case .scalar(var scalar):
            scalar.anchor = nil
            return .scalar(scalar)
        case .alias: return node
        case .sequence(let sequence):
            return .sequence(Node.Sequence(sequence.map(resolved), sequence.tag, sequence.style, sequence.mark))
        case .mapping(let mapping):
            var own: [(Node, Node)] = []
            var merged: [Node.Mapping] = []
            for (key, value) in mapping {
                let value = resolved(value)
                switch (isMerge(key), value) {
                case (true, .mapping(let other)): merged.append(other)
                case (true, .sequence(let others)) where others.allSatisfy { $0.mapping != nil }:
                    merged += others.compactMap(\.mapping)
                // What cannot be merged stays, to be refused by its name.
                default: own.append((resolved(key), value))
                }
            }
            var names = Set(own.map(\.0))
            for other in merged { own += other.filter { names.insert($0.key).inserted }.map { ($0.key, $0.value) } }
            return .mapping(Node.Mapping(own, mapping.tag, mapping.style, mapping.mark))
        }
    }

    private static func isMerge(_ key: Node) -> Bool {
        guard case .scalar(let scalar) = key else { return false }
        return scalar.string == "<<" && scalar.style == .plain
    }
}
