import Response
import SignalModel

/// The names a paging file defines, for checking those it uses.
struct PagingNames {
    var people: Set<String> = []
    var channels: Set<String> = []
    /// Channels that reach one person and nobody without a name.
    var personal: Set<String> = []
    var schedules: Set<String> = []

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

    /// Who is paged: a person, or with `schedule:NAME` whoever is on call.
    func responder(_ node: ConfigurationNode) -> String? {
        guard let text = node.scalarText, text.hasPrefix(OperationsState.schedulePrefix) else { return person(node) }
        let name = String(text.dropFirst(OperationsState.schedulePrefix.count))
        return known(node, schedules, "schedule", "schedules", name).map { _ in text }
    }

    func responders(in node: ConfigurationNode?) -> [String] { (node?.list() ?? []).compactMap(responder) }

    private func known(
        _ node: ConfigurationNode, _ names: Set<String>, _ what: String, _ section: String, _ part: String? = nil
    ) -> String? {
        guard let name = part ?? node.string() else { return nil }
        if names.contains(name) { return name }
        let all = names.isEmpty ? "it is empty" : "it has " + names.sorted().prefix(20).joined(separator: ", ")
        node.note("\(node.path): there is no \(what) \(quoted(name)) under \(section): (\(all))")
        return nil
    }
}
