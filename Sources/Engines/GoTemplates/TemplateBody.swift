/// Nodes with the source they were read from, which errors quote.
struct TemplateBody: Sendable, Hashable {
    var nodes: [TemplateNode]
    var source: String
    /// Named in errors.
    var name: String
}
