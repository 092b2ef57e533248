/// A rule group as the API took it: the YAML of one group, under its namespace and name.
package struct StoredRuleGroup: Sendable, Hashable {
    package var namespace: String
    package var name: String
    package var text: String

    package init(namespace: String, name: String, text: String) {
        self.namespace = namespace
        self.name = name
        self.text = text
    }
}
