"""A Kubernetes API server as far as lists and watches go: pages with continue tokens, resource versions, bookmarks,
410 for what it has forgotten, selectors, bearer tokens."""
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class KubernetesAPI:
    page_size = 2

    def __init__(self, context=None, token="", objects=None):
        api = self
        self.token = token
        self.lock = threading.RLock()
        self.version = 10
        # By path of the whole kind, `/api/v1/pods`: objects by namespace and name.
        self.objects = {}
        self.watches = []
        self.requests = []
        # 503 for everything while set.
        self.fails = False
        for kind, items in (objects or {}).items():
            for item in items:
                self.put(kind, item)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                api.requests.append((parts.path, query))
                if api.token and self.headers.get("Authorization") != "Bearer " + api.token:
                    return self.answer(401, {"kind": "Status", "code": 401})
                if api.fails:
                    return self.answer(503, {})
                words = parts.path.split("/")
                namespace = ""
                if "namespaces" in words[:-1]:
                    at = words.index("namespaces")
                    namespace = words[at + 1]
                    del words[at:at + 2]
                kind = "/".join(words)
                if query.get("watch"):
                    return self.watch(kind, namespace, query)
                return self.list(kind, namespace, query)

            def list(self, kind, namespace, query):
                with api.lock:
                    items = [item for item in api.objects.get(kind, {}).values() if api.fits(item, namespace, query)]
                    start = int(query.get("continue") or 0)
                    page = items[start:start + api.page_size]
                    following = start + api.page_size
                    metadata = {"resourceVersion": str(api.version)}
                    if following < len(items):
                        metadata["continue"] = str(following)
                    answer = {"kind": "List", "metadata": metadata, "items": page}
                self.answer(200, answer)

            def watch(self, kind, namespace, query):
                events = queue.Queue()
                with api.lock:
                    if int(query["resourceVersion"]) < api.forgotten:
                        return self.answer(410, {"kind": "Status", "code": 410})
                    for event in api.history:
                        if event[0] > int(query["resourceVersion"]):
                            events.put(event)
                    api.watches.append(events)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    while (event := events.get()) is not None:
                        _, of, kind_of_event, item = event
                        if of not in (kind, "") or of and not api.fits(item, namespace, query):
                            continue
                        line = json.dumps({"type": kind_of_event, "object": item}).encode() + b"\n"
                        # In two pieces, as networks do.
                        for piece in (line[:7], line[7:]):
                            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                            self.wfile.flush()
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    pass
                finally:
                    with api.lock:
                        api.watches.remove(events)

            def answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that goes away is in the order of things."""

        self.history = []
        self.forgotten = 0
        self.server = Server(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def fits(item, namespace, query):
        metadata = item["metadata"]
        wanted = dict(pair.split("=") for pair in query.get("labelSelector", "").split(",") if pair)
        return ((not namespace or metadata.get("namespace") == namespace)
                and all(metadata.get("labels", {}).get(name) == value for name, value in wanted.items()))

    def tell(self, kind, event, item):
        self.history.append((self.version, kind, event, item))
        for watch in self.watches:
            watch.put(self.history[-1])

    def put(self, kind, item):
        with self.lock:
            self.version += 1
            item = json.loads(json.dumps(item))
            item["metadata"]["resourceVersion"] = str(self.version)
            key = (item["metadata"].get("namespace", ""), item["metadata"]["name"])
            known = key in self.objects.setdefault(kind, {})
            self.objects[kind][key] = item
            if hasattr(self, "history"):
                self.tell(kind, "MODIFIED" if known else "ADDED", item)

    def delete(self, kind, name, namespace="", silently=False):
        """Silently: as if it happened while nobody watched."""
        with self.lock:
            self.version += 1
            item = self.objects[kind].pop((namespace, name))
            item["metadata"]["resourceVersion"] = str(self.version)
            if not silently:
                self.tell(kind, "DELETED", item)

    def bookmark(self):
        with self.lock:
            self.version += 1
            for watch in self.watches:
                watch.put((self.version, "", "BOOKMARK", {"metadata": {"resourceVersion": str(self.version)}}))

    def end_watches(self):
        with self.lock:
            for watch in self.watches:
                watch.put(None)

    def forget(self):
        """What happened so far is forgotten: whoever watches is told so, and whoever asks for it."""
        with self.lock:
            self.version += 1
            self.forgotten = self.version
            self.history = []
            for watch in self.watches:
                watch.put((self.version, "", "ERROR", {"kind": "Status", "code": 410, "message": "too old"}))
                watch.put(None)

    def close(self):
        self.end_watches()
        self.server.shutdown()
        self.server.server_close()
