import Basics

/// How long a query waited and worked, for `stats` in its answer.
struct QueryTimings {
    var waited: Duration
    var evaluated: Duration
}

extension JSONWriter {
    /// Prometheus' `stats`. Its parts of the evaluation that have no counterpart here, preparation and sorting, are
    /// within `evalTotalTime`, and 0 by themselves.
    mutating func statistics(_ timings: QueryTimings, samplesRead: Int, samplesPeak: Int) {
        object { json in
            json.key("timings")
            json.object { json in
                for (key, time) in [
                    ("evalTotalTime", timings.evaluated), ("resultSortTime", .zero), ("queryPreparationTime", .zero),
                    ("innerEvalTime", timings.evaluated), ("execQueueTime", timings.waited),
                    ("execTotalTime", timings.waited + timings.evaluated),
                ] {
                    json.key(key)
                    json.number(time.seconds)
                }
            }
            json.key("samples")
            json.object { json in
                json.key("totalQueryableSamples")
                json.integer(samplesRead)
                json.key("peakSamples")
                json.integer(samplesPeak)
            }
        }
    }
}
