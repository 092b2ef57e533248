import Glibc

enum Sine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { sin(value) }
}

enum Cosine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { cos(value) }
}

enum Tangent: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { tan(value) }
}

enum ArcSine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { asin(value) }
}

enum ArcCosine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { acos(value) }
}

enum ArcTangent: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { atan(value) }
}

enum HyperbolicSine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { sinh(value) }
}

enum HyperbolicCosine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { cosh(value) }
}

enum HyperbolicTangent: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { tanh(value) }
}

enum AreaHyperbolicSine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { asinh(value) }
}

enum AreaHyperbolicCosine: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { acosh(value) }
}

enum AreaHyperbolicTangent: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { atanh(value) }
}

/// From radians.
enum Degrees: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value * 180 / .pi }
}

/// From degrees.
enum Radians: ValueFunction {
    @inline(__always) static func value(_ value: Double) -> Double { value * .pi / 180 }
}
