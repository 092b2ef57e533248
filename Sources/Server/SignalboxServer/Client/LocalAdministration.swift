import Basics

/// The credential by which the command line administers a server on its own machine: an admin's API token in a
/// file that only the server's user can read. Whoever reads it could read the database beside it as well.
package enum LocalAdministration {
    package static let fileName = "local-admin.token"
    /// The name the token has in lists and audit entries.
    package static let tokenName = "command line on this machine"
}
