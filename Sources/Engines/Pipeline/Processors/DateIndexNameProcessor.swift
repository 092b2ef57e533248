internal import SignalModel

/// An index' name with a date of the document in it.
struct DateIndexNameProcessor: Processor {
    private let field: FieldTemplate
    private let prefix: TextTemplate
    private let rounding: TextTemplate
    private let output: TextTemplate
    private var formats: [DateFormat] = []
    private let zone: DateZone
    private let resources: PipelineResources

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        prefix = try options.text("index_name_prefix", default: "")
        rounding = try options.text("date_rounding")
        if let unit = rounding.constant, !DateRounding.units.contains(unit) {
            throw options.refused("date_rounding", DateRounding.refusal(unit))
        }
        output = try options.text("index_name_format", default: "yyyy-MM-dd")
        if let format = output.constant {
            do { _ = try DatePattern(format) } catch {
                throw options.refused("index_name_format", "Invalid format: [\(format)]: \(error)")
            }
        }
        let names = try options.strings("date_formats", default: nil) ?? ["yyyy-MM-dd'T'HH:mm:ss.SSSXX"]
        for name in names {
            do { formats += try DateFormat.formats(name) } catch {
                throw options.refused("date_formats", "Invalid format: [\(name)]: \(error)")
            }
        }
        resources = options.resources
        let name = try options.string("timezone", default: "UTC") ?? "UTC"
        guard let zone = DateZone(name, resources.zone) else {
            throw options.refused("timezone", "Unknown time-zone ID: \(name)")
        }
        self.zone = zone
        try options.expectEnglish()
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let text = try document.value(try field.path(document)).javaText
        for format in formats {
            guard let time = format.nanoseconds(text, zone, received: document.receivedNanoseconds, resources.zone)
            else { continue }
            let rounded = try DateRounding.down(time, try rounding.rendered(document), zone)
            let pattern: DatePattern
            let written = try output.rendered(document)
            do { pattern = try DatePattern(written) } catch { throw ProcessorFailure("\(error)") }
            document.index = try prefix.rendered(document) + DateWriter.text(nanoseconds: rounded, pattern, zone)
            return
        }
        throw ProcessorFailure("unable to parse date [\(text)]")
    }
}
