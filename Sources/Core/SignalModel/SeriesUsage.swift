/// Who brings the series of a selection: by label, and by the values of one label.
package struct SeriesUsage: Sendable, Hashable {
    package struct Label: Sendable, Hashable {
        package var name: String
        package var values: Int
        /// That carry the label.
        package var series: Int

        package init(name: String, values: Int, series: Int) {
            self.name = name
            self.values = values
            self.series = series
        }
    }

    package struct Value: Sendable, Hashable {
        package var value: String
        package var series: Int

        package init(value: String, series: Int) {
            self.value = value
            self.series = series
        }
    }

    /// Selected ones, and all in memory.
    package var series = 0
    package var allSeries = 0
    /// Those with most values first.
    package var labels: [Label] = []
    package var labelsCount = 0
    /// Of the label asked for, those with most series first.
    package var values: [Value] = []
    package var valuesCount = 0

    package init() {}
}
