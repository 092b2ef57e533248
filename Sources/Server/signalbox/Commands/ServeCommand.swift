import ArgumentParser
import CMalloc
import Glibc
import SignalboxServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the server until it is told to stop (SIGTERM).")
    @OptionGroup var options: ConfigurationOption

    /// Arrays of a flush or a large request are larger; those of a query's columns are not.
    private static let givenBackBytes: CInt = 256 << 10

    func run() async throws {
        _ = signalbox_give_back_from(Self.givenBackBytes)
        do { try await ServerCommands.serve(options.config) } catch { fail(error) }
    }
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks the configuration and the files it names; exit 1 on an error.")
    @OptionGroup var options: ConfigurationOption

    func run() throws {
        do { print(try ServerCommands.check(options.config)) } catch { fail(error) }
    }
}

/// Says on standard error what an answer that is empty leaves open: what is printed is the answer alone.
func note(_ text: String) { "\(text)\n".withCString { _ = write(2, $0, strlen($0)) } }

/// Says why on standard error and ends with 1; usage errors end with 2 elsewhere.
func fail(_ error: any Error) -> Never {
    "\(error)\n".withCString { _ = write(2, $0, strlen($0)) }
    exit(1)
}
