import Basics

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
                guard Wildcard.isPattern(part) else { return [prefix + part] }
                return files.names(in: base.isEmpty ? "." : base)
                    .filter { !$0.hasPrefix(".") && Wildcard.matches($0, part) }
                    .map { prefix + $0 }
            }
            if found.count > pathsMax { return Array(found.prefix(pathsMax + 1)) }
            if !isLast, found.isEmpty { return [] }
        }
        return found.filter { files.exists($0) && !files.isFolder($0) }
    }

    /// Files one pattern may name; whoever expands more of them says so.
    static let pathsMax = 10_000
}
