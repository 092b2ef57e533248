internal import Basics
internal import SignalModel

/// Constants of which a value is to equal one. Few are tried one by one; of many those that may fit are looked up, so
/// that ten thousand cost no more than a few.
struct ConstantList: Sendable {
    let all: [Constant]
    private let table: Table?

    /// From so many on they are looked up.
    static let manyMin = 16

    private struct Table {
        /// Places in `all`, by the hash of the text.
        var texts: [UInt64: [Int]] = [:]
        var integers: Set<Int64> = []
        /// Of those that are no integers; numbers are compared with these as decimals.
        var decimals: Set<Double> = []
        var doubles: Set<Double> = []
        /// Points in time as timestamps of records have them.
        var timestamps: Set<Int64> = []
        /// Compared by their order alone.
        var times: [Constant] = []
    }

    init(_ constants: [Constant]) {
        all = constants
        guard constants.count >= Self.manyMin else {
            table = nil
            return
        }
        var table = Table()
        for (place, constant) in constants.enumerated() {
            if let time = constant.asTime { table.timestamps.insert(time) }
            guard constant.isText else {
                table.times.append(constant)
                continue
            }
            table.texts[constant.text.withUnsafeBytes(XXHash64.of), default: []].append(place)
            if let double = constant.double { table.doubles.insert(double) }
            if let integer = constant.integer {
                table.integers.insert(integer)
            } else if let double = constant.double {
                table.decimals.insert(double)
            }
        }
        self.table = table
    }

    func contains(_ list: borrowing ValueList, _ place: Int) -> Bool {
        guard let table else { return all.contains { $0.equals(list, place) } }
        switch list {
        case .integers(let values):
            let number = values[place]
            return table.integers.contains(number) || table.decimals.contains(Double(number))
                || table.times.contains { $0.equals(list, place) }
        case .doubles(let values):
            return table.doubles.contains(values[place]) || table.times.contains { $0.equals(list, place) }
        case .strings(let values): return values.withBytes(place) { contains($0) }
        case .mixed(let values, let kinds):
            if kinds[place] == .string { return values.withBytes(place) { contains($0) } }
            return all.contains { $0.equals(list, place) }
        }
    }

    func contains(_ string: UnsafeRawBufferPointer) -> Bool {
        guard let table else { return all.contains { $0.equals(string) } }
        let places = table.texts[XXHash64.of(string)] ?? []
        return places.contains { all[$0].equals(string) } || table.times.contains { $0.equals(string) }
    }

    func contains(timestamp: Int64) -> Bool {
        table?.timestamps.contains(timestamp) ?? all.contains { $0.order(timestamp: timestamp) == 0 }
    }
}
