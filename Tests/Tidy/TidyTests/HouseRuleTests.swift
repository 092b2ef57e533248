import Foundation
import Testing

@Suite("House rules")
struct HouseRuleTests {
    /// Beyond this a file's head says why it is one room.
    private static let fileLinesMax = 400

    private struct Ban {
        var pattern: Regex<Substring>
        var reason: String
        var except: [String] = []
    }

    @Test("what may stand nowhere in Sources stands nowhere")
    func bans() throws {
        let bans = [
            Ban(pattern: #/try!/#, reason: "crashes on what should be an error"),
            Ban(pattern: #/fatalError\(/#, reason: "crashes on what should be an error"),
            // Patterns of dates and of escapes are written with these letters.
            Ban(
                pattern: #/(?:TODO|FIXME|XXX)\b/#, reason: "a promise; write it in docs/gaps.md or do it",
                except: [
                    "Sources/Engines/Logs/Languages/KQL/KQLLiteral.swift",
                    "Sources/Engines/Pipeline/Dates/DatePattern.swift",
                    "Sources/Engines/Pipeline/Processors/DateProcessor.swift",
                ]),
            Ban(
                pattern: #/(?m)^\s*(?:public|open) /#, reason: "package is enough: this is no library",
                // Generic, and in the paths of each alert: only what is public is specialized in other modules.
                except: ["Sources/Core/Basics/GradualDictionary.swift"]),
            Ban(
                pattern: #/\bDate\(\)|(?:Clock|Date|Instant|DispatchTime)\.now\b/#,
                reason: "the clock comes in by init"),
            Ban(pattern: #/(?m)^\s*Task(?:\.detached)? \{/#, reason: "long-lived work is a Service"),
            Ban(pattern: #/-Ounchecked/#, reason: "drops the checks that hostile bytes meet"),
        ]
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            for ban in bans where !ban.except.contains(file.path) {
                let found = file.text.firstMatch(of: ban.pattern)
                #expect(found == nil, "\(file.path): \(found.map { String($0.output) } ?? ""): \(ban.reason)")
            }
        }
    }

    @Test("no drawer for leftovers")
    func drawers() throws {
        let names = ["Utils", "Utilities", "Helpers", "Helper", "Common", "Manager", "Misc"]
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            let base = file.path.split(separator: "/").last!.dropLast(6)
            #expect(!names.contains(String(base)), "\(file.path)")
        }
    }

    @Test("a file is read in one sitting, or its head says why it is long")
    func lengths() throws {
        for folder in ["Sources", "Tests"] {
            for file in try Repository.files(below: folder, suffix: ".swift") {
                let lines = file.lines
                let isExplained = lines.prefix(12).contains { $0.contains("one file because") }
                #expect(lines.count <= Self.fileLinesMax || isExplained, "\(file.path): \(lines.count) lines")
            }
        }
    }

    @Test("@unchecked Sendable has its reason beside it or in the line above")
    func unchecked() throws {
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            let lines = file.lines
            for (index, line) in lines.enumerated() where line.contains("@unchecked Sendable") {
                let isExplained = line.contains("//") || (index > 0 && lines[index - 1].contains("//"))
                #expect(isExplained, "\(file.path):\(index + 1)")
            }
        }
    }

    @Test("only the system clock's file reads the machine's clock")
    func clocks() throws {
        for file in try Repository.files(below: "Sources", suffix: ".swift")
        where !file.path.hasSuffix("Basics/SystemClock.swift") {
            #expect(!file.text.contains("clock_gettime("), "\(file.path)")
        }
    }

    @Test("no path of one machine stands in a tracked text")
    func paths() throws {
        let machinePath = try Regex("(^|[^A-Za-z0-9_.-])/(home|Users|work|farm)/[a-z]")
        for suffix in [".swift", ".md", ".py", ".yaml", ".sh"] {
            for folder in ["Sources", "Tests", "docs", "examples", "Benchmarks", "scripts"] {
                for file in try Repository.files(below: folder, suffix: suffix) where !file.path.contains("Tidy/") {
                    #expect(try machinePath.firstMatch(in: file.text) == nil, "\(file.path)")
                }
            }
        }
    }
}
