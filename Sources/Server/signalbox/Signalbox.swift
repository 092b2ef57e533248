import ArgumentParser
import SignalboxServer

@main
struct Signalbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalbox",
        abstract: "Observability and operations in one program.",
        subcommands: [
            ServeCommand.self, CheckCommand.self, TestCommand.self, QueryCommand.self, TokenCommand.self,
            UserCommand.self, OnCallCommand.self, ImportCommand.self, ExplainCommand.self, GateCommand.self,
            VersionCommand.self,
        ])
}

/// What every command that reads the configuration takes.
struct ConfigurationOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "FILE"))
    var config = "signalbox.yaml"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() { print("signalbox \(SignalboxVersion.current)") }
}
