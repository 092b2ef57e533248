import Basics
import SignalModel
import WireFormats

/// Reads the entries of `/api/v1/query_exemplars`.
enum RemoteExemplars {
    static func series(_ reader: inout JSONScanner) throws(WireFormatError) -> ExemplarSeries {
        var result = ExemplarSeries(labels: .empty, exemplars: [])
        try reader.object { (reader, key) throws(WireFormatError) in
            switch key {
            case "seriesLabels": result.labels = try RemoteEnvelope<Void>.labels(&reader)
            case "exemplars":
                try reader.array { (reader) throws(WireFormatError) in
                    result.exemplars.append(try exemplar(&reader))
                }
            default: try reader.skip()
            }
        }
        return result
    }

    private static func exemplar(_ reader: inout JSONScanner) throws(WireFormatError) -> Exemplar {
        var result = Exemplar(labels: .empty, value: 0, timestamp: .epoch)
        try reader.object { (reader, key) throws(WireFormatError) in
            switch key {
            case "labels": result.labels = try RemoteEnvelope<Void>.labels(&reader)
            case "value": result.value = try QueryAnswerDecoder.number(try reader.string(), reader)
            case "timestamp": result.timestamp = try QueryAnswerDecoder.time(&reader)
            default: try reader.skip()
            }
        }
        return result
    }
}
