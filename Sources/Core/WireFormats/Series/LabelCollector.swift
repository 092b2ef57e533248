import SignalModel

/// The labels of one series while it is read: places in the bytes they came in. They are checked one by one as
/// they come and copied once, sorted, when the series is whole. Reused from series to series.
struct LabelCollector {
    struct Place {
        var nameStart: UInt32 = 0
        var nameCount: UInt32 = 0
        var valueStart: UInt32 = 0
        var valueCount: UInt32 = 0

        var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
    }

    /// Bytes beyond which a place cannot be noted.
    static let bytesMax = Int(Int32.max)

    /// The first `placesCount` count; the others are of earlier series.
    private var places = ContiguousArray(repeating: Place(), count: SeriesLimits.labelsMax)
    private var placesCount = 0
    /// Labels seen, also those beyond the limit.
    private(set) var count = 0
    private var problem: SeriesProblem?
    private var isSorted = true
    private var hasMetricName = false
    /// The first eight bytes of the latest name, as a number that orders like them.
    private var latestName: UInt64 = 0
    /// Packed labels of the series that `pack` made last; longer than them.
    private var scratch: [UInt8] = []

    mutating func removeAll() {
        placesCount = 0
        count = 0
        problem = nil
        isSorted = true
        hasMetricName = false
        latestName = 0
    }

    /// Both ranges must lie within `bytes`.
    @inline(__always)
    mutating func add(name: Range<Int>, value: Range<Int>, in bytes: UnsafeRawBufferPointer) {
        count += 1
        guard placesCount < SeriesLimits.labelsMax else { return note(.tooManyLabels) }
        if name.isEmpty { note(.emptyLabelName) }
        if name.count > SeriesLimits.nameBytesMax { note(.labelNameTooLong) }
        if value.count > SeriesLimits.valueBytesMax { note(.labelValueTooLong) }
        if !isValidUTF8(bytes, name) || !isValidUTF8(bytes, value) { note(.invalidUTF8) }
        let place = Place(
            nameStart: UInt32(truncatingIfNeeded: name.lowerBound), nameCount: UInt32(truncatingIfNeeded: name.count),
            valueStart: UInt32(truncatingIfNeeded: value.lowerBound),
            valueCount: UInt32(truncatingIfNeeded: value.count))
        let prefix = namePrefix(bytes, name)
        if prefix == Self.metricName, name.count == 8 { hasMetricName = !value.isEmpty }
        if prefix <= latestName, placesCount > 0 { compareWithLatest(place, prefix, bytes) }
        latestName = prefix
        places[placesCount] = place
        placesCount += 1
    }

    /// `__name__`
    private static let metricName: UInt64 = 0x5f5f_6e61_6d65_5f5f

    @inline(never)
    private mutating func compareWithLatest(_ place: Place, _ prefix: UInt64, _ bytes: UnsafeRawBufferPointer) {
        if prefix < latestName || Self.compareNames(places[placesCount - 1], place, bytes) >= 0 { isSorted = false }
    }

    @inline(never)
    private mutating func note(_ found: SeriesProblem) { if problem == nil { problem = found } }

    /// What keeps the series from being taken; nil when nothing does. To be called when all labels are in: it sorts.
    mutating func check(_ bytes: UnsafeRawBufferPointer, hasMetricName isForced: Bool) -> SeriesProblem? {
        if let problem { return problem }
        if !isSorted {
            // Slow path: senders should sort, and exporters may name labels in any order.
            places[..<placesCount].sort { Self.compareNames($0, $1, bytes) < 0 }
            for index in 1..<max(placesCount, 1)
            where Self.compareNames(places[index - 1], places[index], bytes) == 0 {
                return .duplicateLabelName
            }
        }
        return hasMetricName || isForced ? nil : .noMetricName
    }

    /// Packs the labels, without those whose value is empty and with `overrides`, and hands them to `body`. Of an
    /// exposition `keepsEmpty`, without overrides: an empty label there keeps the target's own from being put on.
    /// The bytes are valid only during the call. `check` must have found nothing.
    @inline(__always)
    mutating func pack(
        _ bytes: UnsafeRawBufferPointer, _ overrides: LabelOverrides, keepsEmpty: Bool = false,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        places.withUnsafeBufferPointer { all in
            let places = UnsafeBufferPointer(rebasing: all[..<placesCount])
            var room = LabelPacker.slack + overrides.bytes.count
            for place in places { room += Int(place.nameCount + place.valueCount) + LabelPacker.lengthsMax }
            if scratch.count < room { scratch = [UInt8](repeating: 0, count: room * 2) }
            scratch.withUnsafeMutableBytes { target in
                guard let base = target.baseAddress else { return }
                var packer = LabelPacker(base, room: room)
                if overrides.pieces.isEmpty {
                    for place in places where place.valueCount > 0 || keepsEmpty { packer.append(place, bytes) }
                } else {
                    packer.merge(places, bytes, overrides)
                }
                body(UnsafeRawBufferPointer(start: base, count: packer.count))
            }
        }
    }

    /// The labels so far, in the order they came.
    var collected: ArraySlice<Place> { ArraySlice(places[..<placesCount]) }

    private static func compareNames(_ left: Place, _ right: Place, _ bytes: UnsafeRawBufferPointer) -> Int {
        compareBytes(
            UnsafeRawBufferPointer(rebasing: bytes[left.name]), UnsafeRawBufferPointer(rebasing: bytes[right.name]))
    }
}
