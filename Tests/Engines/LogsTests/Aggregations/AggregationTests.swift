import Testing

@testable import Logs

@Suite("Aggregations")
struct AggregationTests {
    private static let documents = [
        #"{"@timestamp":"2026-11-26T10:00:05Z","service":"api","status":200,"ms":10,"ok":true,"tags":["a","b"]}"#,
        #"{"@timestamp":"2026-11-26T10:00:25Z","service":"api","status":"500","ms":30,"ok":false,"tags":"a"}"#,
        #"{"@timestamp":"2026-11-26T10:01:10Z","service":"web","status":200,"ms":20.5,"ok":true}"#,
        #"{"@timestamp":"2026-11-26T10:03:00Z","service":"web","status":404,"ms":5,"user":"u1"}"#,
        #"{"@timestamp":"2026-11-26T10:03:30Z","service":"db","ms":100,"user":"u2","tags":["b","b"]}"#,
        #"{"@timestamp":"2026-11-26T10:03:59.999Z","service":"api","status":500,"ms":"40"}"#,
    ]

    private static let records = Result { try StoredRecords(documents) }

    @Test("records are in the cells of the earth where their points lie, however these are written")
    func cells() throws {
        let records = try StoredRecords([
            #"{"@timestamp":"2026-11-26T10:00:00Z","geo":{"location":{"lat":57.64911,"lon":10.40744}},"ms":1}"#,
            #"{"@timestamp":"2026-11-26T10:00:01Z","geo":{"location":"57.64911, 10.40744"},"ms":2}"#,
            #"{"@timestamp":"2026-11-26T10:00:02Z","geo":{"location":[10.40744,57.64911]},"ms":3}"#,
            #"{"@timestamp":"2026-11-26T10:00:03Z","geo":{"location":{"lat":50.0755,"lon":14.4378}},"ms":4}"#,
            #"{"@timestamp":"2026-11-26T10:00:04Z","geo":{"location":{"lat":157,"lon":10}}}"#,
            #"{"@timestamp":"2026-11-26T10:00:05Z","geo":{"location":"nowhere"}}"#,
            #"{"@timestamp":"2026-11-26T10:00:06Z"}"#,
        ])
        #expect(
            try records.aggregations(
                #"{"g":{"geohash_grid":{"field":"geo.location","precision":11},"aggs":{"m":{"sum":{"field":"ms"}}}}}"#
            )
                == #"{"g":{"buckets":[{"key":"u4pruydqqvj","doc_count":3,"m":{"value":6.0}},{"key":"u2fkbecqcjg","doc_count":1,"m":{"value":4.0}}]}}"#
        )
        #expect(
            try records.aggregations(#"{"g":{"geohash_grid":{"field":"geo.location","precision":1}}}"#)
                == #"{"g":{"buckets":[{"key":"u","doc_count":4}]}}"#)
    }

    @Test("a global one counts all, whatever the query finds")
    func global() throws {
        let records = try Self.records.get()
        #expect(
            try records.aggregations(
                #"{"n":{"value_count":{"field":"service"}},"all":{"global":{},"aggs":{"n":{"value_count":{"field":"service"}}}}}"#,
                where: #"{"term":{"service":"db"}}"#)
                == #"{"n":{"value":1},"all":{"doc_count":6,"n":{"value":6}}}"#)
    }

    @Test(
        "the first records of a bucket are in the order asked for",
        arguments: [
            (#"{"size":2,"sort":[{"ms":"desc"}]}"#, ["100", "40"]),
            (#"{"sort":[{"ms":{"order":"asc"}}],"size":1}"#, ["5"]),
            (#"{"size":1,"from":1,"sort":"ms:desc"}"#, ["40"]), (#"{"size":1}"#, ["null"]),
        ])
    func hits(parameters: String, sorts: [String]) throws {
        let answer = try Self.records.get().aggregations(#"{"h":{"top_hits":\#(parameters)}}"#)
        let hits = sorts == ["null"] ? "[{}]" : "[" + sorts.map { #"{"sort":[\#($0)]}"# }.joined(separator: ",") + "]"
        #expect(
            answer == #"{"h":{"hits":{"total":{"value":6,"relation":"eq"},"max_score":null,"hits":\#(hits)}}}"#)
    }

    @Test(
        "an answer has Elasticsearch's shape and the exact numbers",
        arguments: [
            (
                #"{"2":{"date_histogram":{"field":"@timestamp","fixed_interval":"1m"}}}"#,
                #"{"2":{"buckets":[{"key_as_string":"2026-11-26T10:00:00.000Z","key":1795687200000,"doc_count":2},{"key_as_string":"2026-11-26T10:01:00.000Z","key":1795687260000,"doc_count":1},{"key_as_string":"2026-11-26T10:02:00.000Z","key":1795687320000,"doc_count":0},{"key_as_string":"2026-11-26T10:03:00.000Z","key":1795687380000,"doc_count":3}]}}"#
            ),
            (
                #"{"2":{"date_histogram":{"field":"@timestamp","fixed_interval":"120000ms","min_doc_count":1,"format":"epoch_millis"},"aggs":{"1":{"avg":{"field":"ms"}}}}}"#,
                #"{"2":{"buckets":[{"key_as_string":"1795687200000","key":1795687200000,"doc_count":3,"1":{"value":20.166666666666668}},{"key_as_string":"1795687320000","key":1795687320000,"doc_count":3,"1":{"value":48.333333333333336}}]}}"#
            ),
            (
                #"{"h":{"date_histogram":{"field":"@timestamp","calendar_interval":"day","time_zone":"Europe/Prague","extended_bounds":{"min":"2026-11-25T23:30:00Z","max":"2026-11-27"}}}}"#,
                #"{"h":{"buckets":[{"key_as_string":"2026-11-26T00:00:00.000+01:00","key":1795647600000,"doc_count":6},{"key_as_string":"2026-11-27T00:00:00.000+01:00","key":1795734000000,"doc_count":0}]}}"#
            ),
            (
                #"{"3":{"terms":{"field":"service","size":2,"order":{"_count":"desc"}}}}"#,
                #"{"3":{"doc_count_error_upper_bound":0,"sum_other_doc_count":1,"buckets":[{"key":"api","doc_count":3},{"key":"web","doc_count":2}]}}"#
            ),
            (
                #"{"3":{"terms":{"field":"service","order":{"1":"asc"}},"aggs":{"1":{"max":{"field":"ms"}}}}}"#,
                #"{"3":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":"web","doc_count":2,"1":{"value":20.5}},{"key":"api","doc_count":3,"1":{"value":40.0}},{"key":"db","doc_count":1,"1":{"value":100.0}}]}}"#
            ),
            (
                #"{"3":{"terms":{"field":"status","missing":"none","order":{"_key":"desc"}}}}"#,
                #"{"3":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":"none","doc_count":1},{"key":"500","doc_count":2},{"key":404,"doc_count":1},{"key":200,"doc_count":2}]}}"#
            ),
            (
                #"{"t":{"terms":{"field":"tags"}},"o":{"terms":{"field":"ok"}}}"#,
                #"{"t":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":"a","doc_count":2},{"key":"b","doc_count":2}]},"o":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":1,"key_as_string":"true","doc_count":2},{"key":0,"key_as_string":"false","doc_count":1}]}}"#
            ),
            (
                #"{"t":{"terms":{"field":"service","include":"a.*|w.*","exclude":["web"]}}}"#,
                #"{"t":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":"api","doc_count":3}]}}"#
            ),
            (
                #"{"h":{"histogram":{"field":"ms","interval":25,"min_doc_count":0}}}"#,
                #"{"h":{"buckets":[{"key":0.0,"doc_count":3},{"key":25.0,"doc_count":2},{"key":50.0,"doc_count":0},{"key":75.0,"doc_count":0},{"key":100.0,"doc_count":1}]}}"#
            ),
            (
                #"{"r":{"range":{"field":"ms","ranges":[{"to":20},{"from":20,"to":50,"key":"mid"},{"from":50}]}}}"#,
                #"{"r":{"buckets":[{"key":"*-20.0","to":20.0,"doc_count":2},{"key":"mid","from":20.0,"to":50.0,"doc_count":3},{"key":"50.0-*","from":50.0,"doc_count":1}]}}"#
            ),
            (
                #"{"f":{"filters":{"filters":{"bad":{"query_string":{"query":"status:>=500"}},"all":{"match_all":{}}},"other_bucket_key":"rest"},"aggs":{"s":{"sum":{"field":"ms"}}}}}"#,
                #"{"f":{"buckets":{"bad":{"doc_count":2,"s":{"value":70.0}},"all":{"doc_count":6,"s":{"value":205.5}},"rest":{"doc_count":0,"s":{"value":0.0}}}}}"#
            ),
            (
                #"{"f":{"filter":{"term":{"service":"api"}},"aggs":{"n":{"value_count":{"field":"tags"}}}},"m":{"missing":{"field":"user"}}}"#,
                #"{"f":{"doc_count":3,"n":{"value":3}},"m":{"doc_count":4}}"#
            ),
            (
                #"{"s":{"stats":{"field":"ms"}},"none":{"stats":{"field":"no"}},"a":{"avg":{"field":"no"}}}"#,
                #"{"s":{"count":6,"min":5.0,"max":100.0,"avg":34.25,"sum":205.5},"none":{"count":0,"min":null,"max":null,"avg":null,"sum":0.0},"a":{"value":null}}"#
            ),
            (
                #"{"c":{"cardinality":{"field":"status"}},"u":{"cardinality":{"field":"service"}}}"#,
                #"{"c":{"value":3},"u":{"value":3}}"#
            ),
            (
                #"{"p":{"percentiles":{"field":"ms","percents":[50,"100"]}},"r":{"percentile_ranks":{"field":"ms","values":[20.5]}}}"#,
                #"{"p":{"values":{"50.0":25.25,"100.0":100.0}},"r":{"values":{"20.5":50.0}}}"#
            ),
            (
                #"{"t":{"top_metrics":{"metrics":[{"field":"ms"}],"sort":{"@timestamp":"desc"}}},"m":{"max":{"field":"@timestamp"}}}"#,
                #"{"t":{"top":[{"sort":["2026-11-26T10:03:59.999Z"],"metrics":{"ms":"40"}}]},"m":{"value":1795687439999.0,"value_as_string":"2026-11-26T10:03:59.999Z"}}"#
            ),
            (
                #"{"2":{"date_histogram":{"field":"@timestamp","fixed_interval":"1m"},"aggs":{"s":{"sum":{"field":"ms"}},"d":{"derivative":{"buckets_path":"s"}},"c":{"cumulative_sum":{"buckets_path":"_count"}},"m":{"moving_fn":{"buckets_path":"_count","window":2,"script":"MovingFunctions.sum(values)"}},"b":{"bucket_script":{"buckets_path":{"x":"s","n":"_count"},"script":"params.x / params.n * 2"}},"r":{"rate":{"unit":"second"}}}},"top":{"max_bucket":{"buckets_path":"2>_count"}},"mean":{"avg_bucket":{"buckets_path":"2>s"}}}"#,
                #"{"2":{"buckets":[{"key_as_string":"2026-11-26T10:00:00.000Z","key":1795687200000,"doc_count":2,"s":{"value":40.0},"r":{"value":0.03333333333333333},"c":{"value":2.0},"m":{"value":0.0},"b":{"value":40.0}},{"key_as_string":"2026-11-26T10:01:00.000Z","key":1795687260000,"doc_count":1,"s":{"value":20.5},"r":{"value":0.016666666666666666},"d":{"value":-19.5},"c":{"value":3.0},"m":{"value":2.0},"b":{"value":41.0}},{"key_as_string":"2026-11-26T10:02:00.000Z","key":1795687320000,"doc_count":0,"s":{"value":0.0},"r":{"value":0.0},"d":{"value":null},"c":{"value":3.0},"m":{"value":3.0}},{"key_as_string":"2026-11-26T10:03:00.000Z","key":1795687380000,"doc_count":3,"s":{"value":145.0},"r":{"value":0.05},"d":{"value":null},"c":{"value":6.0},"m":{"value":1.0},"b":{"value":96.66666666666667}}]},"top":{"value":3.0,"keys":["2026-11-26T10:03:00.000Z"]},"mean":{"value":68.5}}"#
            ),
        ])
    func answers(_ definition: String, _ expected: String) throws {
        #expect(try Self.records.get().aggregations(definition) == expected)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            (#"{"a":{"avgs":{"field":"x"}}}"#, "Unknown aggregation type [avgs] in [a]"),
            (#"{"a":{"avg":{}}}"#, "Required one of fields [field, script], but none were specified."),
            (#"{"a":{}}"#, "Missing definition for aggregation [a]"),
            (#"{"a":{"avg":{"field":"x"},"sum":{"field":"x"}}}"#, "Found two aggregation type definitions in [a]"),
            (
                #"{"a":{"date_histogram":{"field":"@timestamp"}}}"#,
                "Required one of fields [calendar_interval, fixed_interval]"
            ),
            (
                #"{"a":{"date_histogram":{"field":"@timestamp","calendar_interval":"2d"}}}"#,
                "The supplied interval [2d]"
            ),
            (#"{"a":{"date_histogram":{"field":"@timestamp","fixed_interval":"1M"}}}"#, "failed to parse [1M]"),
            (
                #"{"a":{"date_histogram":{"field":"@timestamp","fixed_interval":"1ms"}}}"#,
                "Trying to create too many buckets"
            ),
            (#"{"a":{"histogram":{"field":"ms","interval":0.0001}}}"#, "Trying to create too many buckets"),
            (
                #"{"a":{"terms":{"field":"service"},"aggs":{"b":{"bucket_script":{"buckets_path":{"x":"_count"},"script":"params.y"}}}}}"#,
                "unknown variable \"params.y\": [buckets_path] gives x"
            ),
            (
                #"{"a":{"terms":{"field":"service"},"aggs":{"b":{"bucket_script":{"buckets_path":{"x":"_count"},"script":"1"#
                    + String(repeating: "+1", count: 501) + #""}}}}}"#,
                "the script has more than 500 operators"
            ),
            (
                #"{"a":{"filters":{"filters":["#
                    + Array(repeating: #"{"match_all":{}}"#, count: 1001).joined(separator: ",")
                    + "]}}}", "[filters] takes at most 1000 queries"
            ),
            (
                #"{"a":{"top_hits":{"sort":["# + Array(repeating: #""ms""#, count: 101).joined(separator: ",")
                    + "]}}}",
                "more than 100 fields to sort by"
            ),
            (
                #"{"a":{"top_hits":{"sort":["service"]}}}"#,
                "[top_hits] sorts by numbers and times; [service] has texts"
            ),
            (#"{"a":{"top_hits":{"highlight":{}}}}"#, "aggregation [a] of type [top_hits]: [highlight] is not there"),
            (
                #"{"a":{"terms":{"field":"service"},"aggs":{"g":{"global":{}}}}}"#,
                "Aggregator [g] of type [global] can only be defined as a top level aggregator"
            ),
            (
                #"{"a":{"geohash_grid":{"field":"a","precision":13}}}"#,
                "aggregation [a] of type [geohash_grid]: [precision]"
            ),
            (#"{"r":{"rate":{"unit":"second"}}}"#, "The rate aggregation can only be used inside a date histogram"),
        ])
    func errors(_ definition: String, _ expected: String) throws {
        let error = #expect(throws: LogQueryError.self) { try Self.records.get().aggregations(definition) }
        #expect(error?.message.hasPrefix(expected) == true, "\(error?.message ?? "")")
    }

    @Test("quantiles of many values are within half a percent, distinct counts within three")
    func sketches() {
        var sketch = QuantileSketch()
        var distinct = DistinctCounter()
        var state: UInt64 = 42
        var values: [Double] = []
        for _ in 0..<200_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(state >> 11) / Double(1 << 53)
            values.append(value * value * 1000 + 0.001)
            sketch.add(values[values.count - 1])
            _ = distinct.add(state | 1)
        }
        values.sort()
        for share in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let exact = values[Int(share * Double(values.count - 1))]
            let found = sketch.quantiles([share])[0] ?? .nan
            #expect(abs(found - exact) <= exact * 0.0051, "\(share): \(found) for \(exact)")
        }
        #expect(abs(Double(distinct.count) - 200_000) < 6000, "\(distinct.count)")
    }

    @Test("days of a zone are as long as they are there when clocks are set")
    func zones() throws {
        let records = try StoredRecords([
            #"{"@timestamp":"2026-10-24T22:30:00Z"}"#, #"{"@timestamp":"2026-10-25T22:30:00Z"}"#,
            #"{"@timestamp":"2026-10-25T23:30:00Z"}"#,
        ])
        #expect(
            try records.aggregations(
                #"{"d":{"date_histogram":{"field":"@timestamp","calendar_interval":"1d","time_zone":"Europe/Prague","format":"yyyy-MM-dd"}}}"#
            )
                == #"{"d":{"buckets":[{"key_as_string":"2026-10-25","key":1792879200000,"doc_count":2},{"key_as_string":"2026-10-26","key":1792969200000,"doc_count":1}]}}"#
        )
    }
}
