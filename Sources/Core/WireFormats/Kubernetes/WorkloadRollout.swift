/// A change of what runs: a workload that is made, or whose template becomes another. Everything else that happens to a
/// workload — scaling, status, pausing, its removal — is none.
package struct WorkloadRollout: Sendable, Hashable {
    /// `namespace/kind/name`
    package var workload: String
    /// What it calls its service; nil when it says nothing.
    package var service: String?
    package var environment: String?
    /// Says that it is a critical fix, and why; nil: it does not, or said so for an earlier change.
    package var because: String?
    /// Its images.
    package var summary: String
    /// The same for templates that run the same.
    package var template: String
    /// The template it is left for; nil while it is made.
    package var previous: String?
    /// All replicas of the previous one were there and available.
    package var previousRan: Bool

    /// As an annotation or a label of the workload.
    package static let serviceKey = "signalbox/service"
    package static let environmentKey = "signalbox/environment"
    /// As annotations of the workload; they count for the change that sets them.
    package static let changeKey = "signalbox/change"
    package static let reasonKey = "signalbox/reason"
    /// What Kubernetes recommends for the name of an application.
    private static let applicationKey = "app.kubernetes.io/name"
    private static let criticalFix = "critical-fix"
    /// More images are not named.
    private static let imagesMax = 5

    /// Nil when the review is about something else.
    package init?(_ review: AdmissionReview) {
        guard let operation = review.operation, review.subresource.isEmpty, let object = review.object,
            let path = Self.templatePath(group: review.group, kind: review.kind),
            let template = Self.value(path, in: object)
        else { return nil }
        self.template = TemplateText.canonical(template)
        if operation == .update {
            guard let old = review.oldObject, let oldTemplate = Self.value(path, in: old) else { return nil }
            let previous = TemplateText.canonical(oldTemplate)
            if previous == self.template { return nil }
            self.previous = previous
            previousRan = Self.hasRun(old, kind: review.kind)
        } else {
            previousRan = false
        }
        let metadata = object["metadata"]
        let name = metadata?["name"]?.text ?? metadata?["generateName"]?.text ?? review.name
        workload = "\(review.namespace)/\(review.kind)/\(name)"
        service = Self.said(Self.serviceKey, object) ?? metadata?["labels"]?[Self.applicationKey]?.text
        environment = Self.said(Self.environmentKey, object)
        because = Self.because(object, review.oldObject)
        summary = Self.images(template)
    }

    private static func templatePath(group: String, kind: String) -> [String]? {
        switch (group, kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("argoproj.io", "Rollout"):
            ["spec", "template"]
        case ("batch", "CronJob"): ["spec", "jobTemplate"]
        default: nil
        }
    }

    private static func value(_ path: [String], in object: JSONValue) -> JSONValue? {
        var value: JSONValue? = object
        for key in path { value = value?[key] }
        return value
    }

    private static func said(_ key: String, _ object: JSONValue) -> String? {
        let metadata = object["metadata"]
        let text = metadata?["annotations"]?[key]?.text ?? metadata?["labels"]?[key]?.text
        return text?.isEmpty == false ? text : nil
    }

    /// An annotation stays where it is: what an earlier change said of itself does not hold for this one.
    private static func because(_ object: JSONValue, _ old: JSONValue?) -> String? {
        func said(_ object: JSONValue?) -> (change: String, reason: String) {
            let annotations = object?["metadata"]?["annotations"]
            return (annotations?[changeKey]?.text ?? "", annotations?[reasonKey]?.text ?? "")
        }
        let (now, before) = (said(object), said(old))
        return now.change == criticalFix && now != before ? now.reason : nil
    }

    private static func images(_ template: JSONValue) -> String {
        let pod = template["spec"]?["template"]?["spec"] ?? template["spec"]
        let images = (pod?["containers"]?.elements ?? []).compactMap { $0["image"]?.text }
        let more = images.count > imagesMax ? ", and \(images.count - imagesMax) more" : ""
        return images.prefix(imagesMax).joined(separator: ", ") + more
    }

    /// Whether what runs now is whole, as the object's own status has it.
    private static func hasRun(_ object: JSONValue, kind: String) -> Bool {
        guard let status = object["status"] else { return false }
        func count(_ value: JSONValue?) -> Int64 { value?.scalarText.flatMap { Int64($0) } ?? 0 }
        let isObserved = count(status["observedGeneration"]) >= count(object["metadata"]?["generation"])
        switch kind {
        case "Deployment", "StatefulSet":
            let wanted = object["spec"]?["replicas"].map(count) ?? 1
            return isObserved && wanted > 0 && count(status["updatedReplicas"]) >= wanted
                && count(status["availableReplicas"]) >= wanted
        case "DaemonSet":
            let wanted = count(status["desiredNumberScheduled"])
            return isObserved && wanted > 0 && count(status["updatedNumberScheduled"]) >= wanted
                && count(status["numberAvailable"]) >= wanted
        case "CronJob": return status["lastSuccessfulTime"]?.text != nil
        case "Rollout": return status["phase"]?.text == "Healthy"
        default: return false
        }
    }
}
