import ArgumentParser
import SignalboxServer

struct OnCallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oncall", abstract: "Shows who is on call now, and who is next, by schedule.")

    @Option(help: "table or json.") var format: ListFormat = .table
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let schedules = try await server.connection().onCall()
        if schedules.isEmpty { note("there are no schedules: name them in the paging file") }
        print(format.render(schedules, cells: \.cells), terminator: "")
    }
}
