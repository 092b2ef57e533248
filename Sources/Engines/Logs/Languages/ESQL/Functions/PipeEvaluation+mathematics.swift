internal import Glibc

extension PipeEvaluation {
    func mathematics(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        switch function {
        case .e: return .double(M_E)
        case .pi: return .double(.pi)
        case .tau: return .double(2 * .pi)
        default: break
        }
        guard let number = values[0].number else { return .null }
        var second: Double?
        if values.count > 1 {
            guard let number = values[1].number else { return .null }
            second = number
        }
        if case .long(let whole) = values[0] {
            switch function {
            case .abs: return whole == .min ? .null : .long(Swift.abs(whole))
            case .ceil, .floor: return values[0]
            case .round where (second ?? 0) >= 0: return values[0]
            case .round: return Self.long(Self.rounded(number, second ?? 0))
            case .pow:
                // Whole as long as its arguments are.
                if let second, second >= 0, case .long = values[1] { return Self.long(Glibc.pow(number, second)) }
            default: break
            }
        }
        let result = Self.result(function, number, second)
        return result.isFinite ? .double(result) : .null
    }

    private static func long(_ number: Double) -> PipeValue {
        Int64(exactly: number).map { .long($0) } ?? (number.isFinite ? .double(number) : .null)
    }

    private static func rounded(_ number: Double, _ places: Double) -> Double {
        let factor = Glibc.pow(10, places)
        let result = (number * factor).rounded(.toNearestOrAwayFromZero) / factor
        // Of places that a double has not, nothing is there to round.
        return result.isFinite ? result : places > 0 ? number : 0
    }

    private static func result(_ function: PipeFunction, _ number: Double, _ second: Double?) -> Double {
        switch function {
        case .abs: Swift.abs(number)
        case .acos: Glibc.acos(number)
        case .asin: Glibc.asin(number)
        case .atan: Glibc.atan(number)
        case .atan2: Glibc.atan2(number, second ?? 1)
        case .cbrt: Glibc.cbrt(number)
        case .ceil: number.rounded(.up)
        case .copySign: Double(signOf: second ?? 1, magnitudeOf: number)
        case .cos: Glibc.cos(number)
        case .cosh: Glibc.cosh(number)
        case .exp: Glibc.exp(number)
        case .floor: number.rounded(.down)
        case .hypot: Glibc.hypot(number, second ?? 0)
        case .log: second.map { Glibc.log($0) / Glibc.log(number) } ?? Glibc.log(number)
        case .log10: Glibc.log10(number)
        case .pow: Glibc.pow(number, second ?? 1)
        case .round: rounded(number, second ?? 0)
        case .signum: number > 0 ? 1 : number < 0 ? -1 : 0
        case .sin: Glibc.sin(number)
        case .sinh: Glibc.sinh(number)
        case .sqrt: number.squareRoot()
        case .tan: Glibc.tan(number)
        case .tanh: Glibc.tanh(number)
        case .toDegrees: number / .pi * 180
        case .toRadians: number / 180 * .pi
        default: .nan
        }
    }
}
