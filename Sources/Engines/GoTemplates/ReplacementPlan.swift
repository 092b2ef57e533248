import Basics

/// A replacement text with its `$1`, `${name}` and `$$` found, as Go's `Regexp.Expand` reads them: an unknown
/// group is empty, and a name is as long as it can be, so `$1x` is the group `1x`.
struct ReplacementPlan {
    private enum Piece {
        case text(String)
        case group(Int)
    }
    private var pieces: [Piece] = []

    init(_ replacement: String, for expression: RegularExpression) {
        var names: [String: Int] = [:]
        for index in stride(from: 1, through: expression.groupCount, by: 1) {
            if let name = expression.groupName(index) { names[name] = index }
        }
        var rest = replacement.unicodeScalars[...]
        var text = ""
        while let scalar = rest.popFirst() {
            guard scalar == "$" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == "$" {
                rest.removeFirst()
                text += "$"
            } else if let name = Self.takeName(&rest) {
                pieces.append(.text(text))
                text = ""
                let group = Int(name) ?? names[name]
                if let group, (0...expression.groupCount).contains(group) { pieces.append(.group(group)) }
            } else {
                text += "$"
            }
        }
        pieces.append(.text(text))
    }

    private static func takeName(_ rest: inout Substring.UnicodeScalarView) -> String? {
        let isBraced = rest.first == "{"
        let inside = isBraced ? rest.dropFirst() : rest
        let name = inside.prefix { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
        if name.isEmpty { return nil }
        if isBraced {
            guard name.endIndex < inside.endIndex, inside[name.endIndex] == "}" else { return nil }
            rest = inside[inside.index(after: name.endIndex)...]
        } else {
            rest = inside[name.endIndex...]
        }
        return String(name)
    }

    func expand(_ match: [Substring?]) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .group(let index): result += match[index].map(String.init) ?? ""
            }
        }
        return result
    }
}
