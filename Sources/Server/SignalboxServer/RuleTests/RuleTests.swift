import Basics

/// What `signalbox test` does.
package enum RuleTests {
    /// What became of one file.
    package struct Verdict: Sendable {
        package var passed: Bool
        /// For standard output.
        package var text: String
    }

    package static func run(_ path: String) -> Verdict {
        // Tests send nothing, so a secret that is not at hand will do as any address.
        let files = ConfigurationFiles(disk: PosixFileSystem()) { Environment[$0] ?? "http://unset.example" }
        if PagingTestDecoding.isOne(path, files) { return PagingTests.run(path, files) }
        return run(path, files)
    }

    static func run(_ path: String, _ files: ConfigurationFiles) -> Verdict {
        let file: RuleTestFile
        do { file = try RuleTestDecoding(files: files).decode(path) } catch {
            return Verdict(passed: false, text: "\(path): FAILED, the file is not right\n\(error)")
        }
        var lines = file.warnings.map { "\(path): warning: \($0)" }
        var failures: [String] = []
        var checks = 0
        for (number, test) in file.tests.enumerated() {
            checks += test.alerts.count + test.expressions.count
            var run = RuleTestRun(test, of: file)
            run.run()
            let name = test.name.isEmpty ? "test \(number + 1)" : test.name
            failures += run.failures.map { "  \(name): \($0)" }
        }
        lines.append(
            failures.isEmpty
                ? "\(path): SUCCESS, \(count(checks, "check")) in \(count(file.tests.count, "test"))"
                : "\(path): FAILED, \(failures.count) of \(count(checks, "check")) in \(count(file.tests.count, "test"))"
        )
        return Verdict(passed: failures.isEmpty, text: (lines + failures).joined(separator: "\n"))
    }

    static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }
}
