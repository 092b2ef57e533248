import ArgumentParser
import SignalboxServer

/// Where the server is and who asks: named, or read from this machine's configuration, whose server keeps a token
/// for its own command line beside its data.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's address; SIGNALBOX_URL when left out.") var url: String?
    @Option(help: "An API token; SIGNALBOX_TOKEN when left out.") var token: String?
    @OptionGroup var configuration: ConfigurationOption

    func connection() throws -> ServerConnection {
        let url = url ?? Environment["SIGNALBOX_URL"]
        let token = token ?? Environment["SIGNALBOX_TOKEN"]
        if url != nil || token != nil {
            return ServerConnection(url: url ?? "http://127.0.0.1:7070", token: token)
        }
        do { return try ServerConnection(configuredBy: configuration.config) } catch {
            throw ServerConnection.Failure(
                "\(error)\nname the configuration by --config, or the server by --url and --token")
        }
    }
}

extension ListFormat: ExpressibleByArgument {}
extension QueryFormat: ExpressibleByArgument {}
