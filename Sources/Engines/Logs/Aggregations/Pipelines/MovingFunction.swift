internal import SignalModel

/// A function over a window of the buckets before one.
struct MovingFunction {
    private enum Kind {
        case average
        case linearAverage
        case exponentialAverage(alpha: Double)
        case least
        case greatest
        case sum
        case deviation
    }

    private static let windowMax = 10_000

    private let kind: Kind
    private let window: Int
    private let shift: Int

    init(_ parameters: AggregationParameters) throws(LogQueryError) {
        window = try parameters.integer("window") ?? 5
        guard (1...Self.windowMax).contains(window) else {
            throw parameters.error("[window] must be a positive, non-zero integer up to \(Self.windowMax)")
        }
        shift = try parameters.integer("shift") ?? 0
        if parameters.type == "moving_avg" {
            switch try parameters.text("model") ?? "simple" {
            case "simple": kind = .average
            case "linear": kind = .linearAverage
            case "ewma":
                let settings = parameters.inner("settings") ?? DocumentObject()
                let inner = AggregationParameters(name: parameters.name, type: parameters.type, object: settings)
                kind = .exponentialAverage(alpha: try inner.number("alpha") ?? 0.3)
            case let model:
                throw parameters.error("the model [\(model)] is not supported: use simple, linear or ewma")
            }
            return
        }
        let script = try ParentPipeline.script(parameters).filter { !$0.isWhitespace }
        let call =
            script.hasPrefix("MovingFunctions.") ? script.dropFirst("MovingFunctions.".utf8.count) : script[...]
        let name = call.prefix { $0 != "(" }
        let arguments = call.dropFirst(name.utf8.count).dropFirst().prefix { $0 != ";" }.dropLast()
        switch name {
        case "unweightedAvg": kind = .average
        case "linearWeightedAvg": kind = .linearAverage
        case "ewma":
            let alpha = arguments.split(separator: ",").last.flatMap { Double($0) }
            kind = .exponentialAverage(alpha: alpha ?? 0.3)
        case "min": kind = .least
        case "max": kind = .greatest
        case "sum": kind = .sum
        case "stdDev": kind = .deviation
        default:
            throw parameters.error(
                "the script [\(script)] is not supported: use MovingFunctions.unweightedAvg, linearWeightedAvg, ewma, "
                    + "min, max, sum or stdDev of values")
        }
    }

    /// Of the `window` buckets before `index`, gaps aside.
    func value(_ numbers: [Double?], at index: Int) -> Double? {
        let end = min(max(0, index + shift), numbers.count)
        let values = numbers[max(0, min(end, index + shift - window))..<end].compactMap { $0 }
        switch kind {
        case .sum: return values.reduce(0, +)
        case .least: return values.min()
        case .greatest: return values.max()
        case .average: return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        case .linearAverage:
            guard !values.isEmpty else { return nil }
            let weighted = values.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
            return weighted / Double(values.count * (values.count + 1) / 2)
        case .exponentialAverage(let alpha):
            guard var average = values.first else { return nil }
            for value in values.dropFirst() { average = value * alpha + average * (1 - alpha) }
            return average
        case .deviation:
            var running = RunningNumbers()
            for value in values { running.add(value) }
            return values.isEmpty ? nil : running.variance.squareRoot()
        }
    }
}
