package import Basics

/// How a series begins: with a zero where the cut before stood, so that what it counted since is seen as increase. A
/// cut may be lost in a crash between its checkpoint and its samples: the first one after a restart says the zero once
/// more, at the same time.
package enum SeriesStart: Sendable {
    case fresh
    case cut(zeroAt: Timestamp)
    case old

    /// When to write a zero in this cut, and how the series stands after it.
    package mutating func next(before: Timestamp, isRestored: Bool) -> Timestamp? {
        switch self {
        case .fresh:
            self = .cut(zeroAt: before)
            return before
        case .cut(let zeroAt):
            self = .old
            return isRestored ? zeroAt : nil
        case .old: return nil
        }
    }

    package var number: UInt64 {
        switch self {
        case .fresh: UInt64(bitPattern: .max)
        case .cut(let time): UInt64(bitPattern: time.milliseconds)
        case .old: UInt64(bitPattern: .min)
        }
    }

    package init(number: UInt64) {
        switch Int64(bitPattern: number) {
        case .max: self = .fresh
        case .min: self = .old
        case let time: self = .cut(zeroAt: Timestamp(milliseconds: time))
        }
    }
}
