import SignalModel

/// The names a paging file defines, for checking those it uses.
struct PagingNames {
    var people: Set<String> = []
    var channels: Set<String> = []
    /// Channels that reach one person and nobody without a name.
    var personal: Set<String> = []

    func person(_ node: ConfigurationNode) -> String? { known(node, people, "person", "people") }
    func channel(_ node: ConfigurationNode) -> String? { known(node, channels, "channel", "channels") }

    func people(in node: ConfigurationNode?) -> [String] { (node?.list() ?? []).compactMap(person) }
    /// Channels that are told without naming a person.
    func channels(in node: ConfigurationNode?) -> [String] {
        (node?.list() ?? []).compactMap { node in
            guard let name = channel(node) else { return nil }
            guard !personal.contains(name) else {
                node.note("\(node.path): channel \(quoted(name)) reaches one person: give it to people's contacts")
                return nil
            }
            return name
        }
    }

    private func known(
        _ node: ConfigurationNode, _ names: Set<String>, _ what: String, _ section: String
    ) -> String? {
        guard let name = node.string() else { return nil }
        if names.contains(name) { return name }
        let all = names.isEmpty ? "it is empty" : "it has " + names.sorted().prefix(20).joined(separator: ", ")
        node.note("\(node.path): there is no \(what) \(quoted(name)) under \(section): (\(all))")
        return nil
    }
}
