/// A place within the console to go to after signing in. Nothing else: `next` comes from a URL that anybody writes.
struct LocalTarget: Sendable, Hashable {
    /// Longer ones are not ours.
    private static let bytesMax = 4096

    let path: String

    init(_ text: String?) {
        path = text.flatMap { Self.isLocal($0) ? $0 : nil } ?? "/"
    }

    /// A path of ours. Browsers read `//host` and `/\host` as another site, drop tabs and line ends, and take a
    /// backslash for a slash anywhere before the query.
    private static func isLocal(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= bytesMax, bytes.first == UInt8(ascii: "/") else { return false }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else { return false }
        return !text.hasPrefix("//") && !text.hasPrefix("/sign-in")
    }
}
