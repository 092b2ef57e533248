import Testing
import WireFormats

@Suite("Rollouts in Kubernetes' admission reviews")
struct WorkloadRolloutTests {
    private static let status =
        #"{"observedGeneration":3,"replicas":2,"updatedReplicas":2,"availableReplicas":2}"#

    private static func deployment(
        image: String = "cart:1", replicas: Int = 2, annotations: String = "{}", podAnnotations: String = "{}",
        labels: String = #"{"signalbox/service":"cart"}"#, status: String = status
    ) -> String {
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"cart","namespace":"shop","generation":3,\
        "labels":\(labels),"annotations":\(annotations)},"spec":{"replicas":\(replicas),"template":{"metadata":\
        {"creationTimestamp":null,"labels":{"app":"cart"},"annotations":\(podAnnotations)},"spec":{"containers":\
        [{"name":"c","image":"\(image)"}]}}},"status":\(status)}
        """
    }

    private static func review(
        _ operation: String = "UPDATE", kind: String = "Deployment", group: String = "apps", subresource: String = "",
        object: String? = deployment(), old: String? = nil, dryRun: Bool = false
    ) throws -> AdmissionReview {
        let text = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":\
            "\(group)","version":"v1","kind":"\(kind)"},"subResource":"\(subresource)","namespace":"shop","name":"cart",\
            "operation":"\(operation)","userInfo":{"username":"ci"},"dryRun":\(dryRun),"object":\(object ?? "null"),\
            "oldObject":\(old ?? "null")}}
            """
        return try AdmissionReview(parsing: Array(text.utf8))
    }

    @Test("a workload that is made, and one whose template changes, are rollouts")
    func rollouts() throws {
        let made = try #require(WorkloadRollout(try Self.review("CREATE")))
        #expect(made.workload == "shop/Deployment/cart" && made.service == "cart" && made.previous == nil)
        #expect(made.summary == "cart:1")
        let changed = try #require(
            WorkloadRollout(try Self.review(object: Self.deployment(image: "cart:2"), old: Self.deployment())))
        #expect(changed.previous == made.template && changed.template != made.template && changed.previousRan)
        let back = try #require(
            WorkloadRollout(try Self.review(object: Self.deployment(), old: Self.deployment(image: "cart:2"))))
        #expect(back.template == made.template, "the same template is the same text")
    }

    @Test("what changes nothing that runs is none: scaling, status, labels, a restart, removal, other kinds")
    func others() throws {
        let old = Self.deployment()
        let restarted = #"{"kubectl.kubernetes.io/restartedAt":"2026-11-27T00:00:00Z"}"#
        for review in [
            try Self.review(object: Self.deployment(replicas: 9), old: old),
            try Self.review(object: Self.deployment(annotations: #"{"a":"b"}"#), old: old),
            try Self.review(object: Self.deployment(podAnnotations: restarted), old: old),
            try Self.review(object: Self.deployment(image: "cart:2"), old: nil),
            try Self.review(subresource: "scale", object: Self.deployment(image: "cart:2"), old: old),
            try Self.review(subresource: "status", object: Self.deployment(image: "cart:2"), old: old),
            try Self.review("DELETE", object: nil, old: old), try Self.review("CONNECT", object: nil),
            try Self.review("CREATE", kind: "ReplicaSet"), try Self.review("CREATE", kind: "Pod", group: ""),
            try Self.review("CREATE", group: "example.org"),
        ] { #expect(WorkloadRollout(review) == nil) }
    }

    @Test(
        "every kind that rolls out has its template",
        arguments: [
            ("apps", "StatefulSet", "template"), ("apps", "DaemonSet", "template"),
            ("batch", "CronJob", "jobTemplate"),
            ("argoproj.io", "Rollout", "template"),
        ])
    func kinds(group: String, kind: String, key: String) throws {
        func object(_ image: String) -> String {
            let pod = #"{"spec":{"containers":[{"image":"\#(image)"}]}}"#
            let template = key == "jobTemplate" ? #"{"spec":{"template":\#(pod)}}"# : pod
            return
                #"{"metadata":{"name":"x","labels":{"app.kubernetes.io/name":"search"}},"spec":{"\#(key)":\#(template)}}"#
        }
        let rollout = try #require(
            WorkloadRollout(try Self.review(kind: kind, group: group, object: object("b"), old: object("a"))))
        #expect(rollout.workload == "shop/\(kind)/x" && rollout.service == "search" && rollout.summary == "b")
    }

    @Test(
        "the old template ran when its replicas were all there, as many as were wanted, of this generation",
        arguments: [
            (WorkloadRolloutTests.status, 2, true), (WorkloadRolloutTests.status, 3, false), ("{}", 2, false),
            (#"{"observedGeneration":2,"updatedReplicas":2,"availableReplicas":2}"#, 2, false),
            (#"{"observedGeneration":3,"updatedReplicas":1,"availableReplicas":2}"#, 2, false),
            (#"{"observedGeneration":3,"updatedReplicas":2,"availableReplicas":1}"#, 2, false),
            (WorkloadRolloutTests.status, 0, false),
        ])
    func ran(status: String, replicas: Int, expected: Bool) throws {
        let old = Self.deployment(replicas: replicas, status: status)
        let rollout = try #require(
            WorkloadRollout(try Self.review(object: Self.deployment(image: "cart:2"), old: old)))
        #expect(rollout.previousRan == expected)
    }

    @Test("a critical fix says so anew each time: an annotation that was there before does not count")
    func criticalFix() throws {
        let said = #"{"signalbox/change":"critical-fix","signalbox/reason":"checkout fails"}"#
        let again = #"{"signalbox/change":"critical-fix","signalbox/reason":"search fails"}"#
        func because(_ new: String, _ old: String) throws -> String? {
            WorkloadRollout(
                try Self.review(
                    object: Self.deployment(image: "cart:2", annotations: new), old: Self.deployment(annotations: old)
                )
            )?.because
        }
        #expect(try because(said, "{}") == "checkout fails")
        #expect(try because(said, said) == nil)
        #expect(try because(again, said) == "search fails")
        #expect(try because(#"{"signalbox/change":"rollback"}"#, "{}") == nil)
        #expect(try because(#"{"signalbox/change":"critical-fix"}"#, "{}") == "")
    }

    @Test(
        "what is no review is refused with what is wrong",
        arguments: [
            "", "{}", "[]", #"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}"#,
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#,
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":""}}"#,
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":"#,
            String(repeating: "[", count: 100_000),
        ])
    func malformed(text: String) {
        #expect(throws: WireFormatError.self) { try AdmissionReview(parsing: Array(text.utf8)) }
    }
}
