internal import SignalModel

extension IngestDocument {
    /// What a value costs that is put into a document: a step for every hundred values in it, or thirteen kilobytes, so
    /// that copies of copies come to an end.
    mutating func charge(_ value: DocumentValue) throws(ProcessorFailure) {
        stepsLeft -= value.bytesCount(upTo: StepBudget.valueBytesMax) / (100 * DocumentValue.slotBytes)
        guard stepsLeft >= 0 else {
            throw ProcessorFailure(
                type: "step_budget_exception",
                "the document took more than \(StepBudget.stepsMax) steps of processors")
        }
    }
}

extension DocumentValue {
    /// What a value takes beside its text, about.
    fileprivate static let slotBytes = 128

    /// Bytes it takes, about; a value of more than `max` is not looked at to its end. The same value in several places
    /// counts in each.
    func bytesCount(upTo max: Int) -> Int {
        var sum = 0
        var open = [self]
        while let value = open.popLast(), sum <= max {
            sum += Self.slotBytes
            switch value {
            case .array(let elements): open += elements
            case .object(let object):
                for member in object.members {
                    sum += member.name.utf8.count
                    open.append(member.value)
                }
            case .string(let text): sum += text.utf8.count
            default: break
            }
        }
        return sum
    }
}
