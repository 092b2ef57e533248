internal import Basics

/// Values that a query lists behind `IN`, looked up rather than compared one by one: there may be thousands. What is
/// equal to one of them is what `PipeValue.compare` calls equal.
struct PipeConstants {
    private var hasNull = false
    private var texts: Set<String> = []
    private var bools: Set<Bool> = []
    private var longs: Set<Int64> = []
    /// Of those that are no whole numbers.
    private var decimals: Set<Double> = []
    /// Of all numbers.
    private var doubles: Set<Double> = []
    /// Of texts that spell numbers.
    private var spelledNumbers: Set<Double> = []
    private var dates: Set<Int64> = []
    private var spelledDates: Set<Int64> = []
    /// Dates in milliseconds, as numbers are compared with them.
    private var milliseconds: Set<Double> = []

    /// Nil where one of them depends on the record, or is compared otherwise.
    init?(_ expressions: [PipeExpression]) {
        for expression in expressions {
            guard case .literal(let value) = expression else { return nil }
            switch value {
            case .null: hasNull = true
            case .bool(let flag): bools.insert(flag)
            case .long(let number):
                longs.insert(number)
                doubles.insert(Double(number))
            case .double(let number):
                decimals.insert(number)
                doubles.insert(number)
            case .text(let text):
                texts.insert(text)
                if let number = Double(text) { spelledNumbers.insert(number) }
                if let date = DateText(text, zone: .utc) { spelledDates.insert(date.first) }
            case .date(let nanoseconds):
                dates.insert(nanoseconds)
                milliseconds.insert(value.number ?? .nan)
            case .span, .several: return nil
            }
        }
    }

    /// What a value has to be; nil where other types may be equal to one of them.
    var onlyTexts: [String]? {
        let hasOthers =
            !bools.isEmpty || !doubles.isEmpty || !dates.isEmpty || !spelledNumbers.isEmpty
            || !spelledDates.isEmpty || texts.contains("true") || texts.contains("false")
        return hasOthers || texts.isEmpty ? nil : texts.sorted()
    }

    /// Nil where nothing can be said.
    func contains(_ value: PipeValue) -> Bool? {
        let isAmong: Bool
        switch value {
        case .null, .several: return nil
        case .bool(let flag): isAmong = bools.contains(flag) || texts.contains(flag ? "true" : "false")
        case .long(let number):
            let double = Double(number)
            isAmong =
                longs.contains(number) || decimals.contains(double) || spelledNumbers.contains(double)
                || milliseconds.contains(double)
        case .double(let number):
            isAmong = doubles.contains(number) || spelledNumbers.contains(number) || milliseconds.contains(number)
        case .text(let text):
            isAmong =
                texts.contains(text) || !doubles.isEmpty && Double(text).map(doubles.contains) ?? false
                || bools.contains(true) && text == "true" || bools.contains(false) && text == "false"
                || !dates.isEmpty && DateText(text, zone: .utc).map { dates.contains($0.first) } ?? false
        case .date(let nanoseconds):
            isAmong =
                dates.contains(nanoseconds) || spelledDates.contains(nanoseconds)
                || doubles.contains(value.number ?? .nan)
        case .span: isAmong = false
        }
        return isAmong ? true : hasNull ? nil : false
    }
}
