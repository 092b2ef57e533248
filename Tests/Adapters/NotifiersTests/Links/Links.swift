import Basics
import Notifiers

extension LinkSigner {
    /// A signer whose links can be foretold.
    static let fixture = LinkSigner(
        key: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", externalURL: "http://signalbox.example")
}
