import Basics

extension OnCallLedger {
    /// The two halves of a swap: whoever is on call at `first` and at `second` take each other's shift, what is left of
    /// it from `now` on. `makeID` makes an id each for the swap and its halves.
    package func swap(
        _ schedule: String, at first: Int64, with second: Int64, by actor: String, why: String, now: Int64,
        makeID: () -> String
    ) throws(ResponseError) -> [OnCallOverride] {
        var shifts: [Shift] = []
        for time in [first, second] {
            guard let shift = shift(at: time) else {
                throw ResponseError(
                    .invalid, "nobody is on call at \(RFC3339.format(Timestamp(milliseconds: time)))")
            }
            shifts.append(shift)
        }
        guard shifts[0].person != shifts[1].person else {
            throw ResponseError(.invalid, "both shifts are \(shifts[0].person)'s")
        }
        let swap = makeID()
        return zip(shifts, shifts.reversed()).map { shift, other in
            OnCallOverride(
                id: makeID(), schedule: schedule, person: other.person,
                fromMilliseconds: max(shift.fromMilliseconds, now), throughMilliseconds: shift.throughMilliseconds,
                by: actor, why: why, swap: swap)
        }
    }
}
