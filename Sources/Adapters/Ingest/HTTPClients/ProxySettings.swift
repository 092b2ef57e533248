package import Basics

/// Through which server requests go.
package enum ProxySettings: Sendable, Hashable {
    case none
    /// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in capitals or not.
    case environment(connectHeaders: [String: [Secret]] = [:])
    /// Everything but what `exceptions` names; with any, loopback is an exception too, as in Go.
    case server(ProxyServer, exceptions: NoProxyList?)
}
