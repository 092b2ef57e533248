/// Which parts of the language beyond the stable one a query may use.
package struct ParserOptions: Sendable, Hashable {
    /// Functions and aggregations marked experimental in the tables.
    package var experimentalFunctions: Bool
    /// Arithmetic on lengths of time, as in `[5m * 2]`; stable in Prometheus since 3.14.
    package var durationExpressions: Bool
    /// `anchored` and `smoothed`.
    package var extendedRangeSelectors: Bool
    /// `fill`, `fill_left` and `fill_right`.
    package var fillModifiers: Bool

    package init(
        experimentalFunctions: Bool = false, durationExpressions: Bool = true, extendedRangeSelectors: Bool = false,
        fillModifiers: Bool = false
    ) {
        self.experimentalFunctions = experimentalFunctions
        self.durationExpressions = durationExpressions
        self.extendedRangeSelectors = extendedRangeSelectors
        self.fillModifiers = fillModifiers
    }

    package static let stable = ParserOptions()
    package static let everything = ParserOptions(
        experimentalFunctions: true, extendedRangeSelectors: true, fillModifiers: true)
}
