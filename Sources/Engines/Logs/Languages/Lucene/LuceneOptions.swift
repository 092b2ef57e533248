/// What a query string means depends on, beside its text.
package struct LuceneOptions: Sendable {
    /// Searched by terms that name no field.
    package var fields: [FieldSelector] = [.any]
    /// Terms side by side must all hold; else one of them.
    package var joinsByAnd = false
    /// Of phrases without `~`.
    package var phraseSlop = 0
    package var allowsLeadingWildcard = true
    package var fuzzyPrefixCount = 0
    /// A text that fails to parse for its field matches nothing instead of being an error.
    package var isLenient = false

    package init() {}
}
