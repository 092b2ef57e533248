/// Where the windows of a range vector end at each step, and how long they are, in milliseconds.
struct RangeSpan {
    let lens: Lens
    let range: Int64
    /// The series' names count no longer.
    var namesAreDropped = false

    init(lens: Lens, range: Int64) {
        self.lens = lens
        self.range = range
    }

    /// The earliest and latest time any window contains.
    var first: Int64 { lens.first - range + 1 }
    var last: Int64 { lens.last }
}
