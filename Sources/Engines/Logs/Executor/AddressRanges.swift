internal import Basics
internal import SignalModel

/// What a constant or a range says of values that are addresses: a network as `10.0.0.0/8` has those within it, and a
/// range from one address to another goes by what they count to, not by their text.
struct AddressRanges: Sendable {
    private let ranges: [ClosedRange<IPAddress>]

    /// Nil where none of the constants is a network.
    init?(_ constants: [QueryValue]) {
        ranges = constants.compactMap { value in
            guard case .string(let text) = value, text.contains("/"), let network = IPNetwork(text) else {
                return nil
            }
            return network.first...network.last
        }
        if ranges.isEmpty { return nil }
    }

    /// Nil where a bound is no address.
    init?(from lower: ValueTest.Bound?, to upper: ValueTest.Bound?) {
        guard lower != nil || upper != nil else { return nil }
        var (first, last) = (IPAddress(number: .min), IPAddress(number: .max))
        if let lower {
            guard case .string(let text) = lower.value, let address = IPAddress(text) else { return nil }
            guard lower.isInclusive || address < last else { return nil }
            first = lower.isInclusive ? address : IPAddress(number: address.number + 1)
        }
        if let upper {
            guard case .string(let text) = upper.value, let address = IPAddress(text) else { return nil }
            guard upper.isInclusive || address.number > 0 else { return nil }
            last = upper.isInclusive ? address : IPAddress(number: address.number - 1)
        }
        ranges = first <= last ? [first...last] : []
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return ranges.contains { $0.contains(address) }
    }
}
