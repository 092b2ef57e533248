/// Where the windows of a range vector end at each step, and how long they are, in milliseconds.
struct RangeSpan {
    let lens: Lens
    let range: Int64
    /// The series' names count no longer.
    var namesAreDropped = false
    /// The same of the series at hand, where names are dropped at the end of the query only.
    var dropsName = false

    init(lens: Lens, range: Int64) {
        self.lens = lens
        self.range = range
    }

    /// How far beyond a window's ends its function may look, in milliseconds: for `anchored` before it, for `smoothed`
    /// behind it too.
    var lookBefore: Int64 = 0
    var lookBehind: Int64 = 0

    /// The earliest and latest time any window needs.
    var first: Int64 { lens.first - range + 1 - lookBefore }
    var last: Int64 { lens.last + lookBehind }
}
