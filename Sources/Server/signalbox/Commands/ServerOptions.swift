import ArgumentParser
import SignalboxServer

/// Where the server is: named, or read from its configuration beside its own admin token.
struct ServerOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var client: ClientOptions

    func connection() throws -> ServerConnection {
        if client.url != nil || client.token != nil || Environment["SIGNALBOX_TOKEN"] != nil {
            return try client.connection()
        }
        return try ServerConnection(configuredBy: configuration.config)
    }
}

extension ListFormat: ExpressibleByArgument {}
