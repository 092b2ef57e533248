import SignalModel

/// A binary operator over rows of floats and histograms. Without histograms in the query it is the floats' alone.
struct ElementwiseOperator {
    private let floats: RowOperator?
    private let histograms: HistogramOperator
    private let context: QueryContext

    init(_ node: BinaryExpression, passing: RowOperator.Passing, _ context: QueryContext) {
        floats = RowOperator(node.operation, passing: passing)
        histograms = HistogramOperator(node, passing: passing, context)
        self.context = context
    }

    /// `target` may be one of the operands.
    func apply(_ left: RowOperator.Row, _ right: RowOperator.Row, _ target: RowOperator.Target) throws {
        guard let floats else { return try histograms.apply(left, right, target, coversFloats: true) }
        // Fast path: floats alone.
        guard context.holdsHistograms,
            left.contains(where: HistogramBox.isBox)
                || right.contains(where: HistogramBox.isBox)
        else { return floats.apply(left, right, target) }
        // The target may be an operand, whose boxes the floats' operator would overwrite.
        let copies = (ContiguousArray(left), ContiguousArray(right))
        floats.apply(left, right, target)
        try copies.0.withUnsafeBufferPointer { left in
            try copies.1.withUnsafeBufferPointer {
                try histograms.apply(left, $0, target, coversFloats: false)
            }
        }
    }
}

extension BinaryOperator {
    /// Cuts histograms.
    var isTrim: Bool { self == .trimUpper || self == .trimLower }
}
