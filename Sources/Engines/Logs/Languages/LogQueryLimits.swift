/// What one query may ask for, whatever its language. Past a limit it is refused before anything is searched.
package enum LogQueryLimits {
    /// Of a query's text.
    package static let textBytesMax = 1 << 20
    /// Groups within groups, queries within queries: what reads them recurses.
    package static let depthMax = 100
    /// Tests on fields, over the whole query; lists of exact values count once.
    package static let clausesMax = 20_000
    /// Of the constants of one list of exact values.
    package static let termsMax = 65_536
}
