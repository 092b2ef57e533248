import Basics
import PromQL
import SignalModel
import TestKit
import WireFormats

struct Mismatch: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Compares an answer with what a script expects.
enum Expectation {
    static func check(_ one: QueryCase, _ result: QueryResult) throws {
        for (kind, text) in one.conditions {
            switch kind {
            case "warn": try match(text, result.warnings)
            case "info": try match(text, result.infos)
            case "no_warn": if !result.warnings.isEmpty { throw Mismatch("warnings: \(result.warnings)") }
            case "no_info": if !result.infos.isEmpty { throw Mismatch("infos: \(result.infos)") }
            default: throw Mismatch("unknown condition \(kind)")
            }
        }
        switch result.value {
        case .scalar(let sample):
            guard let expected = one.expectedScalar else { throw Mismatch("a scalar: \(sample.value)") }
            try equal(sample.value, expected, "scalar")
        case .string(let text, _):
            if text != one.expectedString { throw Mismatch("string \(text)") }
        case .vector(let elements): try check(one, elements, result.histograms)
        case .matrix(let series): try check(one, series, result.histograms)
        }
    }

    static func match(_ text: String, _ found: [String]) throws {
        if text.isEmpty {
            if found.isEmpty { throw Mismatch("nothing was said") }
        } else if text.hasPrefix("msg:") {
            let wanted = text.dropFirst(4).trimmed
            if !found.contains(wanted) { throw Mismatch("said \(found), not \(wanted)") }
        } else if text.hasPrefix("regex:") {
            let pattern = try RegularExpression(text.dropFirst(6).trimmed)
            if !found.contains(where: { pattern.firstMatch(in: $0) != nil }) { throw Mismatch("said \(found)") }
        }
    }

    private static func check(
        _ one: QueryCase, _ elements: [InstantSeries], _ histograms: [NativeHistogram]
    ) throws {
        if one.expectedScalar != nil { throw Mismatch("a vector: \(elements)") }
        guard elements.count == one.expected.count else {
            throw Mismatch("\(elements.count) elements, not \(one.expected.count): \(elements.map(text))")
        }
        for (index, wanted) in one.expected.enumerated() {
            let found = one.isOrdered ? elements[index] : elements.first { $0.labels == wanted.labels }
            guard let found, found.labels == wanted.labels, let value = wanted.values.first, let value else {
                throw Mismatch("no \(wanted.labels) in \(elements.map(text))")
            }
            try equal(found.sample.value, histograms, value, wanted.histograms, "\(wanted.labels)")
        }
    }

    private static func text(_ element: InstantSeries) -> String { "\(element.labels) \(element.sample.value)" }

    private static func check(
        _ one: QueryCase, _ series: [RangeSeries], _ histograms: [NativeHistogram]
    ) throws {
        let grid = one.expectedGrid ?? (one.start, one.step ?? 1)
        let expected =
            one.expectedScalar.map { scalar in
                [(Labels.empty, [Optional(scalar)], [NativeHistogram]())]
            } ?? one.expected.map { ($0.labels, $0.values, $0.histograms) }
        guard series.count == expected.count else {
            throw Mismatch("\(series.count) series, not \(expected.count): \(series.map(\.labels))")
        }
        for (labels, values, wanted) in expected {
            guard let found = series.first(where: { $0.labels == labels }) else {
                throw Mismatch("no \(labels) in \(series.map(\.labels))")
            }
            var samples = found.samples[...]
            for (index, value) in values.enumerated() {
                guard let value else { continue }
                let time = grid.start + Int64(index) * grid.step
                guard let sample = samples.popFirst(), sample.timestamp.milliseconds == time else {
                    throw Mismatch("\(labels) lacks a value at \(time): \(found.samples)")
                }
                try equal(sample.value, histograms, value, wanted, "\(labels) at \(time)")
            }
            if !samples.isEmpty { throw Mismatch("\(labels) has too many values: \(samples)") }
        }
    }

    private static func equal(
        _ found: Double, _ foundHistograms: [NativeHistogram], _ wanted: Double,
        _ wantedHistograms: [NativeHistogram], _ what: String
    ) throws {
        switch (HistogramBox.isBox(found), HistogramBox.isBox(wanted)) {
        case (true, true):
            try equal(
                foundHistograms[HistogramBox.place(found)], wantedHistograms[HistogramBox.place(wanted)], what)
        case (false, false): try equal(found, wanted, what)
        default: throw Mismatch("\(what): a float for a histogram, or the other way round")
        }
    }

    static func equal(_ found: NativeHistogram, _ wanted: NativeHistogram, _ what: String) throws {
        var (found, wanted) = (found, wanted)
        found.compact()
        wanted.compact()
        guard found.schema == wanted.schema, found.customBounds == wanted.customBounds,
            found.zeroThreshold == wanted.zeroThreshold, found.positive.indexes == wanted.positive.indexes,
            found.negative.indexes == wanted.negative.indexes
        else { throw Mismatch("\(what): \(found), not \(wanted)") }
        let numbers = [found, wanted].map {
            [$0.count, $0.sum, $0.zeroCount] + $0.positive.counts + $0.negative.counts
        }
        for (mine, theirs) in zip(numbers[0], numbers[1]) { try equal(mine, theirs, what) }
    }

    /// Equal but for rounding: the tolerance of promqltest.
    static func equal(_ found: Double, _ wanted: Double, _ what: String) throws {
        if found == wanted || (found.isNaN && wanted.isNaN) { return }
        let difference = (found - wanted).magnitude / (found.magnitude + wanted.magnitude)
        if !(difference < 1e-6) { throw Mismatch("\(what): \(found), not \(wanted)") }
    }
}
