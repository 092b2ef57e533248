/// Where a selector looks at each step once `offset` and `@` are counted in: step i looks at `first + i * stride`.
/// With `@` every step looks at the same time, so the stride is zero; it is never negative.
struct Lens {
    let first: Int64
    let stride: Int64
    let count: Int

    @inline(__always) func time(_ index: Int) -> Int64 { first + Int64(index) * stride }
    var last: Int64 { time(count - 1) }
}
