import Basics
import Identity

extension ServerConnection {
    /// The server that `path` configures, on this machine, with its own admin token.
    package init(configuredBy path: String) throws {
        let loader = ConfigurationLoader(files: ConfigurationFiles(disk: PosixFileSystem()) { Environment[$0] })
        let configuration = try loader.load(path)
        var token: String?
        if configuration.identity.mode == .local {
            let file = configuration.storagePath + "/" + LocalAdministration.fileName
            guard let bytes = try? PosixFileSystem().read(file, bytesMax: 1024) else {
                throw Failure(
                    "\(file) cannot be read: start the server first, or give --url and --token")
            }
            token = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        }
        let scheme = configuration.server.tls == nil ? "http" : "https"
        self.init(url: "\(scheme)://\(configuration.server.listen)", token: token)
    }
}
