extension FunctionSignature {
    /// The function of this name; case matters.
    package static func named(_ name: String) -> FunctionSignature? { byName[name] }

    /// Every function of the language, sorted by name.
    package static let all: [FunctionSignature] = byName.values.sorted { $0.name < $1.name }

    private static let byName: [String: FunctionSignature] = {
        let signatures = ofVector + ofRange + ofTime + ofHistograms + ofLabels + withScalars + experimental
        return Dictionary(uniqueKeysWithValues: signatures.map { ($0.name, $0) })
    }()

    /// One vector in, one vector out.
    private static let ofVector: [FunctionSignature] = [
        "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp",
        "floor", "ln", "log10", "log2", "rad", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh",
        "timestamp",
    ].map { FunctionSignature(name: $0, argumentTypes: [.vector], returnType: .vector) }

    /// One range in, one vector out.
    private static let ofRange: [FunctionSignature] = [
        "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "first_over_time",
        "idelta", "increase", "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time",
        "rate", "resets", "stddev_over_time", "stdvar_over_time", "sum_over_time",
    ].map { FunctionSignature(name: $0, argumentTypes: [.matrix], returnType: .vector) }

    /// Parts of a date: of the vector's values, or of the evaluation time.
    private static let ofTime: [FunctionSignature] = [
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
    ].map { FunctionSignature(name: $0, argumentTypes: [.vector], variadic: 1, returnType: .vector) }

    private static let ofHistograms: [FunctionSignature] =
        [
            "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum",
        ].map { FunctionSignature(name: $0, argumentTypes: [.vector], returnType: .vector) } + [
            FunctionSignature(
                name: "histogram_fraction", argumentTypes: [.scalar, .scalar, .vector], returnType: .vector),
            FunctionSignature(name: "histogram_quantile", argumentTypes: [.scalar, .vector], returnType: .vector),
        ]

    private static let ofLabels: [FunctionSignature] = [
        FunctionSignature(
            name: "label_replace", argumentTypes: [.vector, .string, .string, .string, .string],
            returnType: .vector),
        FunctionSignature(
            name: "label_join", argumentTypes: [.vector, .string, .string, .string], variadic: -1,
            returnType: .vector),
    ]

    private static let withScalars: [FunctionSignature] = [
        FunctionSignature(name: "clamp", argumentTypes: [.vector, .scalar, .scalar], returnType: .vector),
        FunctionSignature(name: "clamp_max", argumentTypes: [.vector, .scalar], returnType: .vector),
        FunctionSignature(name: "clamp_min", argumentTypes: [.vector, .scalar], returnType: .vector),
        FunctionSignature(name: "pi", argumentTypes: [], returnType: .scalar),
        FunctionSignature(name: "predict_linear", argumentTypes: [.matrix, .scalar], returnType: .vector),
        FunctionSignature(name: "quantile_over_time", argumentTypes: [.scalar, .matrix], returnType: .vector),
        FunctionSignature(name: "round", argumentTypes: [.vector, .scalar], variadic: 1, returnType: .vector),
        FunctionSignature(name: "scalar", argumentTypes: [.vector], returnType: .scalar),
        FunctionSignature(name: "time", argumentTypes: [], returnType: .scalar),
        FunctionSignature(name: "vector", argumentTypes: [.scalar], returnType: .vector),
    ]

    private static let experimental: [FunctionSignature] =
        [
            "mad_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time",
            "ts_of_min_over_time",
        ].map { experimental($0, [.matrix], .vector) }
        + ["start", "end", "step", "range"].map { experimental($0, [], .scalar) }
        + ["sort_by_label", "sort_by_label_desc"].map { experimental($0, [.vector, .string], variadic: -1, .vector) }
        + [
            experimental("double_exponential_smoothing", [.matrix, .scalar, .scalar], .vector),
            experimental("histogram_quantiles", [.vector, .string, .scalar, .scalar], variadic: 9, .vector),
            experimental("info", [.vector, .vector], variadic: 1, .vector),
            experimental("max_of", [.scalar, .scalar], .scalar),
            experimental("min_of", [.scalar, .scalar], .scalar),
            experimental("start_timestamp", [.vector], .vector),
        ]

    private static func experimental(
        _ name: String, _ argumentTypes: [ValueType], variadic: Int = 0, _ returnType: ValueType
    ) -> FunctionSignature {
        FunctionSignature(
            name: name, argumentTypes: argumentTypes, variadic: variadic, returnType: returnType,
            isExperimental: true)
    }
}
