package import Basics

/// What a load may look at outside the file itself: other files, relative to a folder, and the environment.
package struct ConfigurationFiles: Sendable {
    private let disk: any FileSystem
    private let environment: @Sendable (String) -> String?

    /// Secrets are short; a larger file is something else.
    private static let secretBytesMax = 64 << 10
    /// Bundles of authorities come to half a megabyte; a larger file is something else.
    private static let certificatesBytesMax = 4 << 20

    package init(disk: any FileSystem, environment: @escaping @Sendable (String) -> String?) {
        self.disk = disk
        self.environment = environment
    }

    func variable(_ name: String) -> String? { environment(name) }

    /// A whole YAML file; throws what is wrong with it as a text.
    func yaml(_ path: String) throws(Problem) -> String {
        try text(path, bytesMax: YAMLDocument.bytesMax, "a configuration file")
    }

    /// A whole JSON file.
    func json(_ path: String) throws(Problem) -> String {
        try text(path, bytesMax: YAMLDocument.bytesMax, "a file of JSON")
    }

    /// A secret's file, without the newline that editors leave.
    func secret(_ path: String) throws(Problem) -> Secret {
        var text = try text(path, bytesMax: Self.secretBytesMax, "a secret's file")
        while text.hasSuffix("\n") || text.hasSuffix("\r") || text.hasSuffix("\r\n") { text.removeLast() }
        return Secret(text)
    }

    /// A file of secrets or certificates that is read again at each use: whether it can be read at all.
    func certificates(_ path: String) throws(Problem) -> String {
        try text(path, bytesMax: Self.certificatesBytesMax, "a file of secrets or certificates")
    }

    func exists(_ path: String) -> Bool { disk.exists(path) }

    /// A folder can be listed; a file cannot.
    func isFolder(_ path: String) -> Bool { (try? disk.list(path)) != nil }

    /// Sorted names in a folder; empty when there is no such folder.
    func names(in folder: String) -> [String] {
        // A folder that is missing has no matches; one that is named without a wildcard fails when it is read.
        (try? disk.list(folder))?.sorted() ?? []
    }

    /// Files that a list of patterns names; `what` they are. Beyond `max` none.
    func paths(_ patterns: [ConfigurationNode], _ what: String, max: Int) -> [String] {
        var paths: [String] = []
        for pattern in patterns {
            guard let path = pattern.filePath() else { continue }
            let found = PathText.expand(path, in: self)
            if found.isEmpty { pattern.note("\(pattern.path): no file matches \(path)") }
            // A file that two patterns match is read once.
            paths += found.filter { !paths.contains($0) }
            if paths.count > max {
                pattern.note("\(pattern.path): more than \(max) \(what)")
                return []
            }
        }
        return paths
    }

    struct Problem: Error {
        var message: String
    }

    private func text(_ path: String, bytesMax: Int, _ what: String) throws(Problem) -> String {
        let bytes: [UInt8]
        do { bytes = try disk.read(path, bytesMax: bytesMax) } catch {
            switch error.code {
            case .notFound: throw Problem(message: "there is no such file")
            case .tooLarge: throw Problem(message: "\(what) is at most \(bytesMax) bytes")
            case .noSpace, .other: throw Problem(message: error.message)
            }
        }
        guard bytes.count <= bytesMax else { throw Problem(message: "\(what) is at most \(bytesMax) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(message: "\(what) must be UTF-8 text")
        }
        return text
    }
}
