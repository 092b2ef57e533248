import Basics
import Foundation

@testable import SignalboxServer

/// Configurations in memory, and those that lie in the repository.
enum ConfigurationFixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func loader(_ files: [String: String], environment: [String: String] = [:]) -> ConfigurationLoader {
        let disk = ReadOnlyFiles(files: files.mapValues { Array($0.utf8) })
        return ConfigurationLoader(files: ConfigurationFiles(disk: disk) { environment[$0] })
    }

    static func load(_ text: String, _ files: [String: String] = [:], environment: [String: String] = [:]) throws
        -> SignalboxConfiguration
    {
        let all = files.merging(["main.yaml": text]) { $1 }
        return try loader(all, environment: environment).load("main.yaml")
    }

    /// The problems of a load, or none.
    static func problems(
        _ text: String, _ files: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> [String] {
        do {
            _ = try load(text, files, environment: environment)
            return []
        } catch let error as ConfigurationError {
            return error.diagnostics.map(\.description)
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted()
    }
}
