internal import SignalModel

/// A text to a time.
struct DateProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private var formats: [DateFormat] = []
    private let timezone: TextTemplate
    private let output: DatePattern
    private let resources: PipelineResources

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: "@timestamp")
        guard let names = try options.strings("formats", default: nil), !names.isEmpty else {
            throw options.refused("formats", "required property is missing")
        }
        for name in names {
            do { formats += try DateFormat.formats(name) } catch {
                throw options.refused("formats", "Invalid format: [\(name)]: \(error)")
            }
        }
        resources = options.resources
        let zone = try options.string("timezone", default: "UTC") ?? "UTC"
        do { timezone = try TextTemplate(zone) } catch { throw options.located(error, "timezone") }
        if let zone = timezone.constant, DateZone(zone, resources.zone) == nil {
            throw options.refused("timezone", "Unknown time-zone ID: \(zone)")
        }
        try options.expectEnglish()
        let format = try options.string("output_format", default: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX") ?? ""
        do { output = try DatePattern(format) } catch {
            throw options.refused("output_format", "Invalid format: [\(format)]: \(error)")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        let text = try document.value(path).javaText
        let name = try timezone.rendered(document)
        guard let zone = DateZone(name.isEmpty ? "UTC" : name, resources.zone) else {
            throw ProcessorFailure("Unknown time-zone ID: \(name)")
        }
        for format in formats {
            guard let time = format.nanoseconds(text, zone, received: document.receivedNanoseconds, resources.zone)
            else { continue }
            let written = DateWriter.text(nanoseconds: time, output, zone)
            return try document.set(try target.path(document), .string(written))
        }
        throw ProcessorFailure("unable to parse date [\(text)]")
    }
}
