internal import SignalModel

extension IngestDocument {
    /// What a copy costs: a step for every hundred values in it, so that copies of copies come to an end.
    mutating func charge(_ value: DocumentValue) throws(ProcessorFailure) {
        stepsLeft -= value.weight / 100
        guard stepsLeft >= 0 else {
            throw ProcessorFailure(
                type: "step_budget_exception",
                "the document took more than \(StepBudget.stepsMax) steps of processors")
        }
    }
}

extension DocumentValue {
    /// Values within it, with kilobytes of text for some.
    fileprivate var weight: Int {
        var sum = 0
        var open = [self]
        while let value = open.popLast() {
            sum += 1
            switch value {
            case .array(let elements): open += elements
            case .object(let object): open += object.members.map(\.value)
            case .string(let text): sum += text.utf8.count >> 10
            default: break
            }
        }
        return sum
    }
}
