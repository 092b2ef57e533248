/// Paths as configuration files write them: relative to the folder of the file they stand in.
enum PathText {
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func resolve(_ path: String, against folder: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return folder.hasSuffix("/") ? folder + rest : folder + "/" + rest
    }

    /// Files that match `pattern`, sorted: `*` and `?` stand for anything within one name of the path.
    static func expand(_ pattern: String, in files: ConfigurationFiles) -> [String] {
        var found = [pattern.hasPrefix("/") ? "/" : ""]
        let parts = pattern.split(separator: "/")
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            found = found.flatMap { base -> [String] in
                let prefix = base.isEmpty || base.hasSuffix("/") ? base : base + "/"
                guard part.contains(where: { $0 == "*" || $0 == "?" }) else { return [prefix + part] }
                return files.names(in: base.isEmpty ? "." : base)
                    .filter { !$0.hasPrefix(".") && matches(Array($0.utf8), Array(part.utf8)) }
                    .map { prefix + $0 }
            }
            if found.count > pathsMax { return Array(found.prefix(pathsMax + 1)) }
            if !isLast, found.isEmpty { return [] }
        }
        return found.filter { files.exists($0) && !files.isFolder($0) }
    }

    /// Files one pattern may name; whoever expands more of them says so.
    static let pathsMax = 10_000

    /// Greedy matching with one point to come back to: linear in the name for each star.
    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var position = 0
        var cursor = 0
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if cursor < pattern.count, pattern[cursor] == UInt8(ascii: "*") {
                star = (cursor, position)
                cursor += 1
            } else if cursor < pattern.count,
                pattern[cursor] == name[position] || pattern[cursor] == UInt8(ascii: "?")
            {
                cursor += 1
                position += 1
            } else if let last = star {
                cursor = last.pattern + 1
                position = last.name + 1
                star = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[cursor...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
