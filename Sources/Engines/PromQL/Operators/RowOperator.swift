/// A binary operator over whole rows: chosen once for a query, so that the loops over steps are straight code.
///
/// `target` may be one of the operands. Where one operand is absent the result is.
struct RowOperator: Sendable {
    typealias Row = UnsafeBufferPointer<Double>
    typealias Target = UnsafeMutableBufferPointer<Double>

    /// What a comparison that does not hold leaves behind until the whole result is done: the step is taken, but
    /// has no value. Signalling like the absent marker, so no arithmetic makes it.
    @inline(__always) static var filtered: Double { Double(bitPattern: 0x7ff0_0000_0000_0003) }
    @inline(__always)
    static func isFiltered(_ value: Double) -> Bool { value.bitPattern == filtered.bitPattern }

    /// Which operand's value a comparison lets through.
    enum Passing: Sendable {
        case left, right
        /// One or zero instead: `bool`.
        case verdict
    }

    let apply: @Sendable (Row, Row, Target) -> Void

    /// Nil for operators that work on sets or histograms only.
    init?(_ operation: BinaryOperator, passing: Passing) {
        switch operation {
        case .add: self.init(Addition.self)
        case .subtract: self.init(Subtraction.self)
        case .multiply: self.init(Multiplication.self)
        case .divide: self.init(Division.self)
        case .modulo: self.init(Remainder.self)
        case .power: self.init(Power.self)
        case .atan2: self.init(ArcTangentOfRatio.self)
        case .equal: self.init(Equal.self, passing)
        case .notEqual: self.init(NotEqual.self, passing)
        case .greater: self.init(Greater.self, passing)
        case .less: self.init(Less.self, passing)
        case .greaterOrEqual: self.init(GreaterOrEqual.self, passing)
        case .lessOrEqual: self.init(LessOrEqual.self, passing)
        case .and, .or, .unless, .trimUpper, .trimLower: return nil
        }
    }

    private init<Operation: ArithmeticOperator>(_ operation: Operation.Type) {
        apply = { left, right, target in
            for step in target.indices {
                let a = left[step]
                let b = right[step]
                target[step] =
                    SeriesTable.isAbsent(a) || SeriesTable.isAbsent(b) ? SeriesTable.absent : Operation.apply(a, b)
            }
        }
    }

    private init<Operation: ComparisonOperator>(_ operation: Operation.Type, _ passing: Passing) {
        apply = { left, right, target in
            for step in target.indices {
                let a = left[step]
                let b = right[step]
                if SeriesTable.isAbsent(a) || SeriesTable.isAbsent(b) {
                    target[step] = SeriesTable.absent
                    continue
                }
                let holds = Operation.holds(a, b)
                switch passing {
                case .left: target[step] = holds ? a : Self.filtered
                case .right: target[step] = holds ? b : Self.filtered
                case .verdict: target[step] = holds ? 1 : 0
                }
            }
        }
    }
}

extension BinaryExpression {
    /// A comparison that drops elements rather than saying 1 or 0.
    var isFilter: Bool { operation.isComparison && !returnsBool }
}
