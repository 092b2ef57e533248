import Foundation
import Testing

/// Package.swift says who may import whom; SwiftPM lets a file import what its target did not declare.
@Suite("Imports point down")
struct LayerTests {
    private static let order = ["CLibraries", "Core", "Engines", "Adapters", "Server"]

    private struct Module {
        var layer: String
        var name: String
        var dependencies: [String]
        var position: Int
    }

    private static func modules() throws -> [String: Module] {
        let text = try Repository.file("Package.swift").text
        var modules: [String: Module] = [:]
        let pattern = /layer\(\s*"(?<folder>\w+)",\s*"(?<name>\w+)",\s*\[(?<list>[^\]]*)\]/
        for (position, match) in text.matches(of: pattern).enumerated() {
            let dependencies = match.output.list.matches(of: /"(\w+)"/).map { String($0.output.1) }
            let name = String(match.output.name)
            modules[name] = Module(
                layer: String(match.output.folder), name: name, dependencies: dependencies, position: position)
        }
        for match in text.matches(of: /system\("(\w+)"/) {
            let name = String(match.output.1)
            modules[name] = Module(layer: "CLibraries", name: name, dependencies: [], position: -1)
        }
        for name in ["CRE2", "CConsoleAssets"] {
            modules[name] = Module(layer: "CLibraries", name: name, dependencies: [], position: -1)
        }
        return modules
    }

    @Test("a target's declared dependencies lie in a lower layer, or above it in Package.swift")
    func declared() throws {
        let modules = try Self.modules()
        #expect(modules.count > 15)
        for module in modules.values {
            for name in module.dependencies {
                let dependency = try #require(modules[name], "\(module.name) names an unknown target \(name)")
                let down =
                    Self.order.firstIndex(of: dependency.layer)! < Self.order.firstIndex(of: module.layer)!
                let beside = dependency.layer == module.layer && dependency.position < module.position
                #expect(down || beside, "\(module.layer)/\(module.name) → \(dependency.layer)/\(name) points up")
            }
        }
    }

    @Test("a file imports only what its target declares")
    func imported() throws {
        let modules = try Self.modules()
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            let parts = file.path.split(separator: "/")
            guard parts.count > 3, let module = modules[String(parts[2])] else { continue }
            for match in file.text.matches(of: /(?m)^(?:\w+ )?import (\w+)/) {
                let name = String(match.output.1)
                guard modules[name] != nil, name != module.name else { continue }
                #expect(module.dependencies.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    /// Files of engines that read or write JSON which others define, far from any inner loop.
    private static let jsonFiles = ["Sources/Engines/TSDB/Block/BlockMeta.swift"]

    @Test("Core and Engines import no Foundation, but its essentials where JSON of others is read")
    func withoutFoundation() throws {
        for folder in ["Sources/Core", "Sources/Engines"] {
            for file in try Repository.files(below: folder, suffix: ".swift") {
                let imports = file.text.matches(of: /(?m)^(?:\w+ )?import (Foundation\w*)/).map { $0.output.1 }
                let allowed: [Substring] = Self.jsonFiles.contains(file.path) ? ["FoundationEssentials"] : []
                #expect(imports == allowed, "\(file.path)")
            }
        }
    }
}
