import Glibc

/// Functions of one value.
enum InstantFunctions {
    typealias Function = @Sendable (Double) -> Double

    static let table: [String: Function] = [
        "abs": { Swift.abs($0) }, "ceil": { $0.rounded(.up) }, "floor": { $0.rounded(.down) },
        "exp": { Glibc.exp($0) }, "sqrt": { $0.squareRoot() }, "ln": { Glibc.log($0) }, "log2": { Glibc.log2($0) },
        "log10": { Glibc.log10($0) }, "sgn": { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
        "sin": { Glibc.sin($0) }, "cos": { Glibc.cos($0) }, "tan": { Glibc.tan($0) }, "asin": { Glibc.asin($0) },
        "acos": { Glibc.acos($0) }, "atan": { Glibc.atan($0) }, "sinh": { Glibc.sinh($0) },
        "cosh": { Glibc.cosh($0) }, "tanh": { Glibc.tanh($0) }, "asinh": { Glibc.asinh($0) },
        "acosh": { Glibc.acosh($0) }, "atanh": { Glibc.atanh($0) }, "rad": { $0 * .pi / 180 },
        "deg": { $0 * 180 / .pi },
    ]
}
