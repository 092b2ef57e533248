import Ingest

extension ScrapeJobSettings {
    var configuration: ScrapeConfiguration {
        var result = ScrapeConfiguration(jobName: name, interval: interval, timeout: timeout)
        result.metricsPath = metricsPath
        result.scheme = scheme.rawValue
        for parameter in parameters { result.parameters[parameter.name] = parameter.values }
        result.honorLabels = honorLabels
        result.honorTimestamps = honorTimestamps
        result.negotiation = negotiation
        result.http = http
        result.discoveries = discoveries
        result.tracksTimestampsStaleness = tracksTimestampsStaleness
        result.relabelling = relabelling
        result.metricRelabelling = metricRelabelling
        result.limits = limits
        if bodySizeLimit > 0 { result.bodyBytesMax = bodySizeLimit }
        return result
    }
}
