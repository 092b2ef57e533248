import Foundation
import NIOCore
import Testing

@testable import Console

@Suite("Embedded files")
struct ConsoleAssetsTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Server/Console")

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.folder.appendingPathComponent(folder).path)
            .filter { !$0.hasPrefix(".") }
    }

    @Test("every file beside the code is in the program, byte for byte")
    func complete() throws {
        let assets = ConsoleAssets.embedded
        for name in try Self.names("templates") {
            let key = String(name.dropLast(".mustache".count))
            let text = try String(
                contentsOf: Self.folder.appendingPathComponent("templates/\(name)"), encoding: .utf8)
            #expect(assets.templates[key] == text, "templates/\(name) is not listed in CConsoleAssets")
        }
        for folder in ["assets", "vendor"] {
            for name in try Self.names(folder) {
                let data = try Data(contentsOf: Self.folder.appendingPathComponent("\(folder)/\(name)"))
                #expect(assets.files[name].map { Data($0.bytes.readableBytesView) } == data, "\(folder)/\(name)")
            }
        }
    }

    @Test("every template parses")
    func parse() throws { _ = try Templates(ConsoleAssets.embedded.templates) }

    @Test("what templates name exists: partials, layouts, files, icons")
    func references() throws {
        let assets = ConsoleAssets.embedded
        let icons = try #require(assets.templates["icons"])
        for (name, text) in assets.templates {
            for match in text.matches(of: /\{\{[><]\s*([a-z-]+)\s*\}\}/) {
                #expect(assets.templates[String(match.output.1)] != nil, "\(name) → \(match.output.1)")
            }
            for match in text.matches(of: /\{\{shell\.assets\}\}([a-z.-]+)/) {
                #expect(assets.files[String(match.output.1)] != nil, "\(name) → \(match.output.1)")
            }
            for match in text.matches(of: /"#i-([a-z0-9]+)"/) {
                #expect(icons.contains("id=\"i-\(match.output.1)\""), "\(name) → icon \(match.output.1)")
            }
        }
    }

    @Test("no page carries a script or a style of its own: the policy would stop it")
    func noInline() {
        for (name, text) in ConsoleAssets.embedded.templates {
            #expect(!text.contains(" style="), "\(name)")
            #expect(text.firstMatch(of: /<style|<script(?![^>]* src=)| on[a-z]+=/) == nil, "\(name)")
            // Three braces, or an ampersand, would not escape.
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
        }
    }

    @Test("modules import what exists")
    func imports() throws {
        let assets = ConsoleAssets.embedded
        for (name, file) in assets.files where name.hasSuffix(".js") && !name.hasSuffix(".min.js") {
            for match in String(buffer: file.bytes).matches(of: /from "\.\/([a-z]+\.js)"/) {
                #expect(assets.files[String(match.output.1)] != nil, "\(name) → \(match.output.1)")
            }
        }
    }
}
