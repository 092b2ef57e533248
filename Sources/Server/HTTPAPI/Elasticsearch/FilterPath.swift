/// `filter_path`: which parts of an answer a client wants, as `errors,items.*.status` or, to leave out, `-took`.
struct FilterPath {
    /// More patterns are refused: each is compared with each part.
    static let patternsMax = 100

    private var wanted: [[Substring]] = []
    private var unwanted: [[Substring]] = []

    /// Everything.
    static let all = FilterPath()

    private init() {}

    init(_ text: String?) throws(ElasticsearchError) {
        let patterns = (text ?? "").split(separator: ",")
        guard patterns.count <= Self.patternsMax else {
            throw .badArgument("filter_path has more than \(Self.patternsMax) patterns")
        }
        for pattern in patterns {
            if pattern.hasPrefix("-") {
                unwanted.append(pattern.dropFirst().split(separator: "."))
            } else {
                wanted.append(pattern.split(separator: "."))
            }
        }
    }

    /// Whether the value at `path`, which has no parts that matter, is in the answer.
    func keeps(_ path: String...) -> Bool { keeps(path) }

    func keeps(_ path: [String]) -> Bool {
        if unwanted.contains(where: { Self.covers($0[...], path[...]) }) { return false }
        return wanted.isEmpty || wanted.contains { Self.covers($0[...], path[...]) }
    }

    /// Whether the pattern names the path, or something that holds it.
    private static func covers(_ pattern: ArraySlice<Substring>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return true }
        if first == "**" {
            return path.indices.contains { covers(pattern.dropFirst(), path[$0...]) }
        }
        guard let part = path.first, matches(first, part[...]) else { return false }
        return covers(pattern.dropFirst(), path.dropFirst())
    }

    private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1, let head = pieces.first, let tail = pieces.last else { return pattern == text }
        guard text.count >= head.count + tail.count, text.hasPrefix(head), text.hasSuffix(tail) else { return false }
        var rest = text.dropFirst(head.count).dropLast(tail.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
