import Foundation
import Testing

@Suite("Documents say what is so")
struct DocumentTests {
    @Test("decisions are numbered without a gap, short, and say how they could turn out wrong")
    func decisions() throws {
        let files = try Repository.files(below: "docs/decisions", suffix: ".md")
        #expect(files.count >= 10)
        for (index, file) in files.enumerated() {
            let name = file.path.split(separator: "/").last!
            let number = String(index + 1)
            #expect(name.hasPrefix(String(repeating: "0", count: 4 - number.count) + number + "-"), "\(file.path)")
            #expect(file.lines.count <= 51, "\(file.path): \(file.lines.count) lines")
            #expect(file.text.contains(/Status: (accepted|superseded by \d{4}), \d{4}-\d{2}/), "\(file.path)")
            #expect(file.text.contains("## We were wrong if"), "\(file.path)")
        }
    }

    @Test("a decision that code cites exists")
    func citations() throws {
        let numbers = Set(
            try Repository.files(below: "docs/decisions", suffix: ".md").map {
                String($0.path.split(separator: "/").last!.prefix(4))
            })
        for file in try Repository.files(below: "Sources", suffix: ".swift") {
            for match in file.text.matches(of: /[Dd]ecision (\d{4})/) {
                #expect(numbers.contains(String(match.output.1)), "\(file.path) cites \(match.output.0)")
            }
        }
    }

    /// The README's feature table: `| feature | works | proof |`; a proof names a file and, after `:`, words in it.
    @Test("every feature that the README says works names a test that exists")
    func features() throws {
        let rows = try Repository.file("README.md").text.matches(
            of: /(?m)^\| (?<feature>[^|]+) \| (?<state>works|partial|planned) \| (?<proof>[^|]*) \|$/)
        #expect(rows.count > 10)
        for row in rows where row.output.state != "planned" {
            let proofs = row.output.proof.matches(of: /`([^`]+)`/).map { String($0.output.1) }
            #expect(!proofs.isEmpty, "\(row.output.feature) has no test")
            for proof in proofs {
                let parts = proof.split(separator: ":", maxSplits: 1)
                let path = String(parts[0])
                try #require(Repository.exists(path), "\(row.output.feature): \(path) does not exist")
                if parts.count == 2 {
                    let words = parts[1].trimmingCharacters(in: .whitespaces)
                    #expect(try Repository.file(path).text.contains(words), "\(row.output.feature): \(proof)")
                }
            }
        }
    }

    @Test("every folder of Sources stands in docs/layout.md")
    func layout() throws {
        let text = try Repository.file("docs/layout.md").text
        let folders = Set(
            try Repository.files(below: "Sources", suffix: ".swift").compactMap { file -> String? in
                let parts = file.path.split(separator: "/")
                return parts.count > 3 ? parts[1...2].joined(separator: "/") : nil
            })
        for folder in folders { #expect(text.contains("`\(folder)`"), "docs/layout.md misses \(folder)") }
    }

    @Test("what a reader of the first page clicks on is there")
    func links() throws {
        for path in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/glossary.md"] {
            for match in try Repository.file(path).text.matches(of: /\]\((?!http)([^)#]+)/) {
                let folder = path.split(separator: "/").dropLast().joined(separator: "/")
                let target = (folder.isEmpty ? "" : folder + "/") + match.output.1
                #expect(Repository.exists(target), "\(path) → \(target)")
            }
        }
    }
}
