import ArgumentParser
import SignalboxServer

/// Runs unit tests of rules and of paging files.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract:
            "Runs unit tests of rules, in the form of promtool's, and of paging files; exit 1 when one fails.")

    @Argument(help: ArgumentHelp("Files of tests.", valueName: "FILE")) var files: [String]

    func run() throws {
        let verdicts = files.map { file in
            let verdict = RuleTests.run(file)
            print(verdict.text)
            return verdict.passed
        }
        if verdicts.contains(false) { throw ExitCode(1) }
    }
}
