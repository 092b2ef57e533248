/// A function of one value.
protocol ValueFunction {
    static func value(_ value: Double) -> Double
}
