/// Go's `math.Max` and `math.Min`: an infinity on its own side beats NaN, NaN beats the rest, and zero is signed.
enum Extremes {
    @inline(__always)
    static func maximum(_ a: Double, _ b: Double) -> Double {
        if a == .infinity || b == .infinity { return .infinity }
        if a.isNaN || b.isNaN { return .nan }
        if a == 0, b == 0 { return a.sign == .minus ? b : a }
        return a > b ? a : b
    }

    @inline(__always)
    static func minimum(_ a: Double, _ b: Double) -> Double {
        if a == -.infinity || b == -.infinity { return -.infinity }
        if a.isNaN || b.isNaN { return .nan }
        if a == 0, b == 0 { return a.sign == .minus ? a : b }
        return a < b ? a : b
    }
}

extension Evaluator {
    /// `max_of(a, b)` and `min_of(a, b)` of scalars.
    func extremeOf(_ node: CallExpression, isMaximum: Bool) throws -> Evaluated {
        let left = try scalar(node.arguments[0])
        let right = try scalar(node.arguments[1])
        return .scalar(zip(left, right).map { isMaximum ? Extremes.maximum($0, $1) : Extremes.minimum($0, $1) })
    }
}
