import Basics

/// What `signalbox test` does with files of paging tests.
enum PagingTests {
    static func run(_ path: String, _ files: ConfigurationFiles) -> RuleTests.Verdict {
        let file: PagingTestFile
        do { file = try PagingTestDecoding(files: files).decode(path) } catch {
            return RuleTests.Verdict(passed: false, text: "\(path): FAILED, the file is not right\n\(error)")
        }
        var failures: [String] = []
        for (number, test) in file.tests.enumerated() {
            var run = PagingTestRun(test, file.configuration)
            run.run()
            let name = test.name.isEmpty ? "test \(number + 1)" : test.name
            failures += run.failures.map { "  \(name): \($0)" }
        }
        let tests = RuleTests.count(file.tests.count, "test")
        let messages = RuleTests.count(file.tests.reduce(0) { $0 + $1.expected.count }, "message")
        let head =
            failures.isEmpty
            ? "\(path): SUCCESS, \(messages) in \(tests)"
            : "\(path): FAILED, \(RuleTests.count(failures.count, "difference")) in \(tests)"
        return RuleTests.Verdict(passed: failures.isEmpty, text: ([head] + failures).joined(separator: "\n"))
    }
}
