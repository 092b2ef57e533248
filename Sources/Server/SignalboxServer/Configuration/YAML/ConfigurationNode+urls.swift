extension ConfigurationNode {
    /// An absolute URL with a host.
    func httpURL() -> String? {
        guard let text = string() else { return nil }
        let rest = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }.map { text.dropFirst($0.count) }
        guard let rest, let first = rest.first, first != "/", !text.utf8.contains(where: { $0 <= 0x20 }) else {
            // It may hold a password: then it is not repeated.
            let what = "a URL that begins with http:// or https:// and a host"
            if text.contains("@") { note("\(path) must be \(what)") } else { expected(what) }
            return nil
        }
        return text
    }

    /// The same, without a user's name and password in it: such a URL is shown.
    func serverURL() -> String? {
        guard let text = httpURL() else { return nil }
        let authority = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst().first
        if authority?.contains("@") == true {
            note("\(path) must not hold a name and a password: there are keys for them")
            return nil
        }
        return text
    }
}
