import SignalModel

extension IntakeDecoder {
    /// A line that an agent forwards: a document of ECS, with what the metadata says of its service where it does not.
    mutating func readLog(_ event: DocumentObject) throws(IntakeProblem) {
        guard event.value("message") != nil || event.value("error") != nil else {
            throw .missing("message", in: "log")
        }
        var document = event
        if let value = document["timestamp"] {
            guard let number = value.number, let nanoseconds = Int64(exactly: (number * 1000).rounded()) else {
                throw .invalid("timestamp", in: "log", "must be microseconds since 1970")
            }
            document["timestamp"] = nil
            document["@timestamp"] = .string(RecordTime.text(nanoseconds: nanoseconds))
        }
        if document["@timestamp"] == nil {
            document["@timestamp"] = .string(RecordTime.text(nanoseconds: receivedNanoseconds))
        } else if let number = document["@timestamp"]?.number,
            let nanoseconds = Int64(exactly: (number * 1000).rounded())
        {
            document["@timestamp"] = .string(RecordTime.text(nanoseconds: nanoseconds))
        }
        for (name, value) in metadata?.attributes ?? [] where value != .null {
            let name = name == SpanResourceNames.environmentName ? "service.environment" : name
            if document[name] == nil { document[name] = value }
        }
        let dataset = document["event.dataset"]?.string ?? document["data_stream.dataset"]?.string ?? "apm.app"
        events.logs.append(
            IntakeEvents.Log(
                index: DataStreamName.logs(dataset: dataset), document: DocumentWriter.bytes(of: document)))
        events.report.accepted += 1
    }
}
