package import Basics

/// A secret, or the file that holds it: one that is read at each use, so that a rotated secret takes effect at once.
package enum SecretSource: Sendable, Hashable {
    case text(Secret)
    case file(String)
}
