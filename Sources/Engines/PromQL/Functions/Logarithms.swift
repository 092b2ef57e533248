import Glibc

enum Exponential: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { exp(value) }
}

enum NaturalLogarithm: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { log(value) }
}

enum BinaryLogarithm: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { log2(value) }
}

enum DecimalLogarithm: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { log10(value) }
}

enum SquareRoot: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value.squareRoot() }
}
