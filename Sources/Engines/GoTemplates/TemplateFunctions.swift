import Basics

/// The functions templates may call: Go's built-in ones, Prometheus' and Alertmanager's own. Which of them a template
/// may name is its dialect's.
struct TemplateFunctions {
    let environment: TemplateEnvironment
    let time: Timestamp
    private var queries = 0

    init(environment: TemplateEnvironment, time: Timestamp) {
        self.environment = environment
        self.time = time
    }

    /// Errors are worded as Go words them: `error calling index: …` for what a function reports,
    /// `wrong type for value; expected …` for an argument it cannot take.
    mutating func call(_ name: String, _ values: [TemplateValue]) throws(TemplateFailure) -> TemplateValue {
        let arguments = TemplateArguments(function: name, values: values)
        switch name {
        case "query": return try query(arguments)
        case "not", "eq", "ne", "lt", "le", "gt", "ge": return try TemplateComparison.call(arguments)
        case "index", "slice", "len", "first", "label", "value", "strvalue", "sortByLabel", "args":
            return try TemplateCollections.call(arguments)
        case "humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "toTime",
            "toDuration", "parseDuration":
            return try TemplateHumanizing.call(arguments)
        case "join", "stringSlice", "trimSpace", "safeUrl", "urlUnescape", "toJson", "date", "tz", "since":
            return try NotificationFunctions.call(arguments, at: time, environment)
        case "now": return .float(time.seconds)
        case "externalURL": return .string(environment.externalURL)
        case "pathPrefix": return .string(URLText.path(of: environment.externalURL))
        default: return try TemplateTexts.call(arguments)
        }
    }

    private mutating func query(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        try arguments.expect(1)
        let expression = try arguments.string(0)
        queries += 1
        if queries > TemplateLimits.queriesMax {
            throw arguments.failure("more than \(TemplateLimits.queriesMax) queries in one template")
        }
        let samples: [TemplateSample]
        do { samples = try environment.query(expression) } catch { throw arguments.failure("\(error)") }
        if samples.count > TemplateLimits.querySamplesMax {
            throw arguments.failure("query answers with more than \(TemplateLimits.querySamplesMax) elements")
        }
        return .samples(samples)
    }
}
