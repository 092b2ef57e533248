/// Items of a request that are left out while their neighbours are taken.
package struct RefusedItems: Sendable {
    /// So many are left out; of one more the request as a whole is refused, as each costs time to tell.
    package static let countMax = 10_000

    package private(set) var count = 0
    package private(set) var first: WireFormatError?

    package init() {}

    package mutating func add(_ error: WireFormatError) throws(WireFormatError) {
        count += 1
        first = first ?? error
        guard count <= Self.countMax else {
            throw WireFormatError(error.code, error.place, "\(error.message), as in \(Self.countMax) items before it")
        }
    }
}
