import Glibc

/// An operator on two values that yields a value.
protocol ArithmeticOperator: SendableMetatype {
    static func apply(_ left: Double, _ right: Double) -> Double
}

enum Addition: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left + right }
}

enum Subtraction: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left - right }
}

enum Multiplication: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left * right }
}

enum Division: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { left / right }
}

/// The sign of the left side, as C's and Go's.
enum Remainder: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { fmod(left, right) }
}

enum Power: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { pow(left, right) }
}

enum ArcTangentOfRatio: ArithmeticOperator {
    @inline(__always) static func apply(_ left: Double, _ right: Double) -> Double { atan2(left, right) }
}

/// An operator on two values that holds or does not.
protocol ComparisonOperator: SendableMetatype {
    static func holds(_ left: Double, _ right: Double) -> Bool
}

enum Equal: ComparisonOperator {
    @inline(__always) static func holds(_ left: Double, _ right: Double) -> Bool { left == right }
}

enum NotEqual: ComparisonOperator {
    @inline(__always) static func holds(_ left: Double, _ right: Double) -> Bool { left != right }
}

enum Greater: ComparisonOperator {
    @inline(__always) static func holds(_ left: Double, _ right: Double) -> Bool { left > right }
}

enum Less: ComparisonOperator {
    @inline(__always) static func holds(_ left: Double, _ right: Double) -> Bool { left < right }
}

enum GreaterOrEqual: ComparisonOperator {
    @inline(__always) static func holds(_ left: Double, _ right: Double) -> Bool { left >= right }
}

enum LessOrEqual: ComparisonOperator {
    @inline(__always) static func holds(_ left: Double, _ right: Double) -> Bool { left <= right }
}
