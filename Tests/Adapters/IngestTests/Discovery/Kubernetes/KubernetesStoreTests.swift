import SignalModel
import Testing

@testable import Ingest

@Suite struct KubernetesStoreTests {
    /// Objects as the API writes them, shortened.
    private static let pod = """
        {"metadata": {"name": "web-0", "namespace": "shop", "uid": "u1", "resourceVersion": "7",
          "labels": {"app.kubernetes.io/name": "web"}, "annotations": {"scrape/port": "9100"},
          "ownerReferences": [{"kind": "Job", "name": "x"}, {"kind": "StatefulSet", "name": "web", "controller": true}]},
         "spec": {"nodeName": "n1",
          "containers": [
            {"name": "main", "image": "web:1", "ports": [
              {"name": "http", "containerPort": 80, "protocol": "TCP"}, {"containerPort": 9100, "protocol": "TCP"}]},
            {"name": "bare", "image": "bare:1"}],
          "initContainers": [{"name": "side", "image": "side:1", "ports": [{"name": "m", "containerPort": 15020}]}]},
         "status": {"phase": "Running", "podIP": "10.0.0.1", "hostIP": "10.1.0.1",
          "conditions": [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "False"}],
          "containerStatuses": [{"name": "main", "containerID": "containerd://a"}],
          "initContainerStatuses": [{"name": "side", "containerID": "containerd://b"}]}}
        """
    private static let node = """
        {"metadata": {"name": "n1", "labels": {"zone": "a"}, "annotations": {"note": "b"}},
         "spec": {"providerID": "cloud://n1"},
         "status": {"addresses": [{"type": "Hostname", "address": "n1"}, {"type": "ExternalIP", "address": "1.2.3.4"},
           {"type": "InternalIP", "address": "fd00::1"}, {"type": "InternalIP", "address": "10.1.0.1"}],
          "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}}}}
        """
    private static let service = """
        {"metadata": {"name": "web", "namespace": "shop", "labels": {"team": "x"}},
         "spec": {"type": "LoadBalancer", "clusterIP": "10.2.0.1", "loadBalancerIP": "1.1.1.1",
          "ports": [{"name": "http", "port": 80, "protocol": "TCP"}]}}
        """
    private static let external = """
        {"metadata": {"name": "out", "namespace": "shop"},
         "spec": {"type": "ExternalName", "externalName": "out.test", "ports": [{"port": 81}]}}
        """
    private static let endpoints = """
        {"metadata": {"name": "web", "namespace": "shop", "labels": {"l": "1"}},
         "subsets": [{"addresses": [
            {"ip": "10.0.0.1", "nodeName": "n1", "hostname": "h", "targetRef": {"kind": "Pod", "name": "web-0",
             "namespace": "shop"}}],
           "notReadyAddresses": [{"ip": "10.0.0.2"}], "ports": [{"name": "http", "port": 80, "protocol": "TCP"}]}]}
        """
    private static let slice = """
        {"metadata": {"name": "web-abc", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
         "addressType": "IPv4", "ports": [{"name": "http", "port": 80, "protocol": "TCP", "appProtocol": "http"}, {}],
         "endpoints": [{"addresses": ["10.0.0.2"], "conditions": {"ready": true, "serving": true, "terminating": false},
           "hostname": "h", "nodeName": "n1", "zone": "z", "targetRef": {"kind": "Node", "name": "n1"},
           "deprecatedTopology": {"a/b": "c"}}]}
        """
    private static let ingress = """
        {"metadata": {"name": "in", "namespace": "shop", "annotations": {"a": "b"}},
         "spec": {"ingressClassName": "nginx", "tls": [{"hosts": ["*.shop.test"]}],
          "rules": [{"host": "a.shop.test", "http": {"paths": [{"path": "/x"}, {}]}}, {"host": "b.a.shop.test"}]}}
        """

    private static func list(_ items: String...) -> [UInt8] {
        Array(#"{"metadata": {"resourceVersion": "9"}, "items": [\#(items.joined(separator: ","))]}"#.utf8)
    }

    private func store(
        _ role: KubernetesRole, node: Bool = false, namespace: Bool = false, _ items: String...
    ) throws -> KubernetesStore {
        var configuration = KubernetesDiscoveryConfiguration(role: role)
        configuration.attachesNode = node
        configuration.attachesNamespace = namespace
        var store = KubernetesStore(configuration)
        for resource in configuration.resources {
            let text: [String] =
                if resource == role.resource { items } else {
                    switch resource {
                    case .pods: [Self.pod]
                    case .services: [Self.service]
                    case .nodes: [Self.node]
                    case .namespaces: [#"{"metadata": {"name": "shop", "labels": {"env": "p"}}}"#]
                    default: []
                    }
                }
            let bytes = Self.list(text.joined(separator: ","))
            store.replace(try resource.decodePage(bytes).objects, of: resource, in: nil)
        }
        return store
    }

    /// Labels as lines, without what all begin with.
    private func lines(_ labels: Labels) -> [String] {
        labels.pairs.map { "\($0.name.replacing("__meta_kubernetes_", with: ""))=\($0.value)" }.sorted()
    }

    private static let podLines = [
        "pod_annotation_scrape_port=9100", "pod_annotationpresent_scrape_port=true",
        "pod_controller_kind=StatefulSet",
        "pod_controller_name=web", "pod_host_ip=10.1.0.1", "pod_ip=10.0.0.1",
        "pod_label_app_kubernetes_io_name=web", "pod_labelpresent_app_kubernetes_io_name=true", "pod_name=web-0",
        "pod_node_name=n1", "pod_phase=Running", "pod_ready=false", "pod_uid=u1",
    ]
    private static let nodeLines = [
        "node_annotation_note=b", "node_annotationpresent_note=true", "node_label_zone=a",
        "node_labelpresent_zone=true",
        "node_name=n1",
    ]
    private static let serviceLines = ["service_label_team=x", "service_labelpresent_team=true", "service_name=web"]

    @Test("a pod is a target for each port of its containers, with its own labels and those attached")
    func pods() throws {
        var store = try store(.pod, node: true, namespace: true, Self.pod)
        let group = try #require(store.takeChanges().first)
        #expect(group.source == "pod/shop/web-0")
        #expect(
            lines(group.labels)
                == (Self.podLines + Self.nodeLines
                + ["namespace=shop", "namespace_label_env=p", "namespace_labelpresent_env=true"]).sorted())
        #expect(
            group.targets.map(lines) == [
                [
                    "__address__=10.0.0.1:80", "pod_container_id=containerd://a", "pod_container_image=web:1",
                    "pod_container_init=false", "pod_container_name=main", "pod_container_port_name=http",
                    "pod_container_port_number=80", "pod_container_port_protocol=TCP",
                ],
                [
                    "__address__=10.0.0.1:9100", "pod_container_id=containerd://a", "pod_container_image=web:1",
                    "pod_container_init=false", "pod_container_name=main", "pod_container_port_number=9100",
                    "pod_container_port_protocol=TCP",
                ],
                [
                    "__address__=10.0.0.1", "pod_container_image=bare:1", "pod_container_init=false",
                    "pod_container_name=bare",
                ],
                [
                    "__address__=10.0.0.1:15020", "pod_container_id=containerd://b", "pod_container_image=side:1",
                    "pod_container_init=true", "pod_container_name=side", "pod_container_port_name=m",
                    "pod_container_port_number=15020",
                ],
            ])
    }

    @Test("a node's best address is its target, the first of each kind a label")
    func nodes() throws {
        var store = try store(.node, Self.node)
        let group = try #require(store.takeChanges().first)
        #expect(group.source == "node/n1")
        #expect(lines(group.labels) == (Self.nodeLines + ["node_provider_id=cloud://n1"]).sorted())
        #expect(
            group.targets.map(lines) == [
                [
                    "__address__=[fd00::1]:10250", "instance=n1", "node_address_ExternalIP=1.2.3.4",
                    "node_address_Hostname=n1", "node_address_InternalIP=fd00::1",
                ]
            ])
    }

    @Test("a service is a target for each port, with what its type has")
    func services() throws {
        var store = try store(.service, Self.service, Self.external)
        let groups = store.takeChanges().sorted { $0.source < $1.source }
        #expect(groups.map(\.source) == ["svc/shop/out", "svc/shop/web"])
        #expect(lines(groups[1].labels) == (Self.serviceLines + ["namespace=shop"]).sorted())
        #expect(
            groups.map { $0.targets.map(lines) } == [
                [
                    [
                        "__address__=out.shop.svc:81", "service_external_name=out.test", "service_port_number=81",
                        "service_type=ExternalName",
                    ]
                ],
                [
                    [
                        "__address__=web.shop.svc:80", "service_cluster_ip=10.2.0.1",
                        "service_loadbalancer_ip=1.1.1.1", "service_port_name=http", "service_port_number=80",
                        "service_port_protocol=TCP", "service_type=LoadBalancer",
                    ]
                ],
            ])
    }

    @Test("endpoints carry their pod, and the pod's other ports are targets too")
    func endpoints() throws {
        var store = try store(.endpoints, Self.endpoints)
        let group = try #require(store.takeChanges().first)
        #expect(
            lines(group.labels)
                == (Self.serviceLines + [
                    "endpoints_label_l=1", "endpoints_labelpresent_l=true", "endpoints_name=web", "namespace=shop",
                ]).sorted())
        let targets = group.targets.map { Set(lines($0)) }
        #expect(
            targets.map { $0.first { $0.hasPrefix("__address__") } } == [
                "__address__=10.0.0.1:80", "__address__=10.0.0.2:80", "__address__=10.0.0.1:9100",
                "__address__=10.0.0.1:15020",
            ])
        #expect(
            targets[0]
                == Set(
                    Self.podLines + [
                        "__address__=10.0.0.1:80", "endpoint_address_target_kind=Pod",
                        "endpoint_address_target_name=web-0", "endpoint_hostname=h", "endpoint_node_name=n1",
                        "endpoint_port_name=http", "endpoint_port_protocol=TCP", "endpoint_ready=true",
                        "pod_container_image=web:1", "pod_container_init=false", "pod_container_name=main",
                        "pod_container_port_name=http", "pod_container_port_number=80",
                        "pod_container_port_protocol=TCP",
                    ]))
        #expect(
            targets[1] == [
                "__address__=10.0.0.2:80", "endpoint_port_name=http", "endpoint_port_protocol=TCP",
                "endpoint_ready=false",
            ])
        #expect(targets[3].isSuperset(of: Self.podLines + ["pod_container_init=true", "pod_container_name=side"]))
    }

    @Test("slices carry their conditions, their service and their node; a port may be missing")
    func slices() throws {
        var store = try store(.endpointslice, node: true, Self.slice)
        let group = try #require(store.takeChanges().first)
        #expect(group.source == "endpointslice/shop/web-abc")
        #expect(
            lines(group.labels)
                == (Self.serviceLines + [
                    "endpointslice_address_type=IPv4", "endpointslice_label_kubernetes_io_service_name=web",
                    "endpointslice_labelpresent_kubernetes_io_service_name=true", "endpointslice_name=web-abc",
                    "namespace=shop",
                ]).sorted())
        let common =
            Self.nodeLines + [
                "endpointslice_address_target_kind=Node", "endpointslice_address_target_name=n1",
                "endpointslice_endpoint_conditions_ready=true", "endpointslice_endpoint_conditions_serving=true",
                "endpointslice_endpoint_conditions_terminating=false", "endpointslice_endpoint_hostname=h",
                "endpointslice_endpoint_node_name=n1", "endpointslice_endpoint_topology_a_b=c",
                "endpointslice_endpoint_topology_present_a_b=true", "endpointslice_endpoint_zone=z",
            ]
        #expect(
            group.targets.map(lines) == [
                (common + [
                    "__address__=10.0.0.2:80", "endpointslice_port=80", "endpointslice_port_app_protocol=http",
                    "endpointslice_port_name=http", "endpointslice_port_protocol=TCP",
                ]).sorted(), (common + ["__address__=10.0.0.2"]).sorted(),
            ])
    }

    @Test("an ingress is a target for each path of its rules, secure where its certificates say so")
    func ingresses() throws {
        var store = try store(.ingress, Self.ingress)
        let group = try #require(store.takeChanges().first)
        #expect(
            lines(group.labels) == [
                "ingress_annotation_a=b", "ingress_annotationpresent_a=true", "ingress_class_name=nginx",
                "ingress_name=in", "namespace=shop",
            ])
        #expect(
            group.targets.map(lines) == [
                ["__address__=a.shop.test", "ingress_host=a.shop.test", "ingress_path=/x", "ingress_scheme=https"],
                ["__address__=a.shop.test", "ingress_host=a.shop.test", "ingress_path=/", "ingress_scheme=https"],
                ["__address__=b.a.shop.test", "ingress_host=b.a.shop.test", "ingress_path=/", "ingress_scheme=http"],
            ])
    }

    @Test("only groups that a change touches are made anew, and what is gone leaves an empty one")
    func changes() throws {
        var store = try store(.endpoints, Self.endpoints, #"{"metadata": {"name": "else", "namespace": "shop"}}"#)
        #expect(store.takeChanges().count == 2)
        #expect(store.takeChanges().isEmpty)
        store.remove(KubernetesKey(namespace: "shop", name: "web-0"), of: .pods)
        let touched = store.takeChanges()
        #expect(touched.map(\.source) == ["endpoints/shop/web"])
        #expect(touched.first?.targets.count == 2)
        store.remove(KubernetesKey(namespace: "shop", name: "other"), of: .services)
        #expect(store.takeChanges().isEmpty)
        store.replace([], of: .endpoints, in: "shop")
        #expect(store.takeChanges().allSatisfy { $0.targets.isEmpty })
    }

    @Test(
        "events are read, and those that are none are told apart",
        arguments: [
            (#"{"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "12"}}}"#, "bookmark 12"),
            (#"{"type": "ERROR", "object": {"code": 410, "message": "old"}}"#, "error 410 old"),
            (#"{"type": "DELETED", "object": {"metadata": {"name": "a", "namespace": "b"}}}"#, "removed b/a"),
            (#"{"type": "ADDED", "object": {"metadata": {"name": "a", "namespace": "b"}}}"#, "set b/a"),
            (#"{"type": "NEW", "object": {}}"#, "error 0 an event of the unknown kind NEW"), ("{}", "unread"),
            (#"{"type": "ADDED", "object": {"metadata": {"name": 1}}}"#, "unread"),
        ])
    func events(line: String, expected: String) {
        let found =
            switch try? KubernetesResource.pods.decodeEvent(Array(line.utf8)) {
            case .set(let object): "set \(object.metadata.namespace)/\(object.metadata.name)"
            case .removed(let object): "removed \(object.metadata.namespace)/\(object.metadata.name)"
            case .bookmark(let version): "bookmark \(version)"
            case .error(let code, let message): "error \(code) \(message)"
            case nil: "unread"
            }
        #expect(found == expected)
    }
}
