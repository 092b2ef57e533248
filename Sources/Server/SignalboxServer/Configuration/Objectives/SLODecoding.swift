import Basics
import PromQL
import Rules
import SignalModel

/// One SLO document: an objective for each entry of its `objectives`.
struct SLODecoding {
    private let document: OpenSLODocument
    private let files: OpenSLOFiles

    /// Entries in `objectives`; more are refused.
    private static let objectivesMax = 20
    /// Counts are kept for this long.
    private static let windowMax = Duration.seconds(CountsStore.retentionDays * 86_400 - 86_400)
    private static let windowMin = Duration.seconds(3600)

    private enum Method: String, CaseIterable {
        case occurrences = "Occurrences"
        case timeslices = "Timeslices"
        case ratioTimeslices = "RatioTimeslices"
    }

    init(_ document: OpenSLODocument, files: OpenSLOFiles) {
        self.document = document
        self.files = files
    }

    func objectives() -> [Objective] {
        guard var reader = document.spec.mapping() else { return [] }
        let description = reader["description"]?.string() ?? ""
        let service = reader.required("service")?.string()
        let indicator = IndicatorDecoding.decode(&reader, of: document.spec, files)
        let window = reader.required("timeWindow").flatMap(WindowDecoding.decode)
        let methodNode = reader.required("budgetingMethod")
        let method = methodNode?.choice(Method.self)
        if method == .ratioTimeslices {
            methodNode?.note(
                "\(methodNode?.path ?? ""): RatioTimeslices averages ratios: use Occurrences or Timeslices")
        }
        let list = reader.required("objectives")
        let nodes = list?.list() ?? []
        if let list, nodes.isEmpty || nodes.count > Self.objectivesMax {
            list.note("\(list.path) must have from 1 to \(Self.objectivesMax) entries, not \(nodes.count)")
        }
        let policies = AlertPolicyDecoding(files).alerts(reader["alertPolicies"])
        reader.finish()
        let annotations = ObjectiveAnnotations(document)
        let (kind, policy, minimum) = (annotations.kind, annotations.policy, annotations.minimumBadEvents)
        if let (length, node) = window.map({ ($0.window.length, $0.node) }), length > Self.windowMax {
            node.note(
                "a window of \(DurationText.text(milliseconds: length.milliseconds)) is longer than counts are kept: "
                    + "\(Self.windowMax.milliseconds / 86_400_000)d")
            return []
        }
        guard let service, let indicator, let window = window?.window, let method, method != .ratioTimeslices else {
            return []
        }
        let alerts =
            annotations.burnAlerts(window: window.length) ?? policies ?? BurnAlert.standard(window: window.length)
        return nodes.prefix(Self.objectivesMax).compactMap { node in
            guard let entry = entry(node, indicator, method, isOnly: nodes.count == 1) else { return nil }
            checkReachable(alerts, entry.target, entry.targetNode)
            return Objective(
                name: entry.name, displayName: entry.displayName.isEmpty ? document.displayName : entry.displayName,
                service: service, description: description, labels: document.labels,
                kind: kind ?? Self.kind(indicator, method), indicator: entry.indicator, method: entry.method,
                target: entry.target, window: window, burnAlerts: alerts,
                minimumBadEvents: minimum
                    ?? (method == .timeslices ? 1 : Objective.standardMinimumBadEvents),
                policy: policy, place: document.nameNode.placeText)
        }
    }

    private static func kind(_ indicator: IndicatorDecoding.Found, _ method: Method) -> ObjectiveKind {
        if method == .timeslices { return .timeAvailability }
        switch indicator {
        case .threshold: return .latency
        case .ratio(let part, let sum, _, _):
            if sum.names(label: "le") { return .latency }
            return part == .bad ? .errorRate : .requestAvailability
        }
    }

    // MARK: Entries

    private struct Entry {
        var name: String
        var displayName: String
        var indicator: Indicator
        var method: BudgetingMethod
        var target: Double
        var targetNode: ConfigurationNode
    }

    private func entry(
        _ node: ConfigurationNode, _ found: IndicatorDecoding.Found, _ method: Method, isOnly: Bool
    ) -> Entry? {
        guard var reader = node.mapping() else { return nil }
        let display = reader["displayName"]?.string() ?? ""
        let (operation, value) = (reader["op"], reader["value"])
        let percent = reader["targetPercent"]
        let share = reader["target"]
        let sliceTarget = reader["timeSliceTarget"]
        let sliceWindow = reader["timeSliceWindow"]
        reader.refuse("compositeWeight", "composite objectives are not supported: write an SLO for each part")
        reader.finish()
        guard let (target, targetNode) = Self.target(share, percent, node) else { return nil }
        guard let method = Self.method(method, sliceTarget, sliceWindow, node) else { return nil }
        guard let indicator = IndicatorDecoding.indicator(found, operation, value, node) else { return nil }
        var name = document.name
        if !isOnly {
            guard OpenSLODocument.isName(display) else {
                node.note(
                    "\(node.path): of several objectives each needs a displayName of lower-case letters, digits and -, "
                        + "which becomes part of its name")
                return nil
            }
            name += "." + display
        }
        return Entry(
            name: name, displayName: display, indicator: indicator, method: method, target: target,
            targetNode: targetNode)
    }

    private static func target(
        _ share: ConfigurationNode?, _ percent: ConfigurationNode?, _ node: ConfigurationNode
    ) -> (Double, ConfigurationNode)? {
        if let share, let percent {
            share.note("only one of target and targetPercent may be given: \(percent.placeText)")
            return nil
        }
        guard let given = share ?? percent else {
            node.note("\(node.path): target is missing, as 0.999, or targetPercent, as 99.9")
            return nil
        }
        guard let number = given.number() else { return nil }
        let whole: Double = share == nil ? 100 : 1
        if number == whole {
            given.note(
                "\(given.path): an objective of 100 % has no budget at all, and every event would spend infinitely much: "
                    + "promise less")
            return nil
        }
        guard number > 0, number < whole else {
            given.note("\(given.path) must be above 0 and below \(PlainDecimal.text(whole)), not \(number)")
            return nil
        }
        // 99.9 / 100 is not 0.999 to the last bit: read again as it would be written.
        let target = share == nil ? (number * 1e9).rounded() / 1e11 : number
        return (target, given)
    }

    private static func method(
        _ method: Method, _ target: ConfigurationNode?, _ window: ConfigurationNode?, _ node: ConfigurationNode
    ) -> BudgetingMethod? {
        guard method == .timeslices else {
            for extra in [target, window] { extra?.note("\(extra?.path ?? "") is of Timeslices only") }
            return .occurrences
        }
        if let window, window.scalarText != "1m" {
            window.note("\(window.path) must be 1m: events are counted by minute")
        }
        guard let target else {
            node.note("\(node.path): timeSliceTarget is missing: the share of a minute's events that makes it good")
            return nil
        }
        guard let share = target.number() else { return nil }
        guard share > 0, share <= 1 else {
            target.note("\(target.path) must be above 0 and at most 1, not \(share)")
            return nil
        }
        return .timeSlices(target: share)
    }

    /// An alert that could not fire if everything failed would lull its readers.
    private func checkReachable(_ alerts: [BurnAlert], _ target: Double, _ node: ConfigurationNode) {
        for alert in alerts where !alert.isReachable(target: target) {
            let most = (100 / ErrorBudget.share(target)).rounded() / 100
            node.note(
                "the burn alert at \(PlainDecimal.text(alert.factor)) times (\(alert.severity.rawValue)) can never fire: "
                    + "at this target nothing burns faster than \(PlainDecimal.text(most)) times; "
                    + "give reachable ones in the annotation \(OpenSLODocument.prefix)burn-alerts, or none")
        }
    }
}
