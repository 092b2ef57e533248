/// A service in an environment: who calls, or is called.
struct CallEnd: Sendable, Hashable {
    var service: String
    /// Empty where it has none.
    var environment: String
}

/// Ends of calls, by numbers.
struct CallEnds: Sendable {
    private(set) var list: [CallEnd] = []
    private var numbers: [CallEnd: Int32] = [:]

    subscript(number: Int32) -> CallEnd { list[Int(number)] }

    mutating func number(of end: CallEnd) -> Int32 {
        if let known = numbers[end] { return known }
        let number = Int32(list.count)
        numbers[end] = number
        list.append(end)
        return number
    }
}
