"""A dashboard of the cluster, as a workload: a table of all workloads that follows what happens, with buttons to stop and start them.

It needs nothing but the Python SDK of Eclipse Ankaios, and rights; see README.md. Settings, all of them environment variables:

  DASHBOARD_PORT     where it listens, default 8088; 0 for any port, which it prints
  DASHBOARD_ADDRESS  default 127.0.0.1: nobody but this machine
  DASHBOARD_NAMES    names, with commas, by which browsers may call it beside localhost and IP addresses
  DASHBOARD_KEEP     the file that remembers what was stopped, default ~/.local/state/muster-dashboard/stopped.json
"""

import base64
import contextlib
import ipaddress
import json
import os
import queue
import re
import secrets
import signal
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from ankaios_sdk import (
    Ankaios,
    AnkaiosException,
    AnkaiosLogLevel,
    AnkaiosResponseError,
    CompleteState,
    ConnectionClosedException,
    ControlInterface,
    Manifest,
)

STATES = "workloadStates"
WORKLOADS = "desiredState.workloads"
NAME = re.compile(r"[A-Za-z0-9_-]{1,63}")
PAGE = Path(__file__).with_name("page.html")

PATIENCE = 5.0  # seconds for one request
TURN = 20.0  # seconds until it is a button's turn to ask
RETRY = 2.0  # seconds between two tries after a failure
LOOK_EVERY = 5.0  # seconds without an event until it looks by itself
SETTLE = 0.05  # seconds in which events become one look
BREATH = 15.0  # seconds between two signs of life to a silent browser
CONNECTIONS = 64  # at once; more are closed
LOG = 50  # changes that are shown
KEPT = 1000  # stopped workloads that are remembered
KEEPS = {"agent", "runtime", "at", "state"}  # of each of them
STALE = 60.0  # seconds after which a remembered workload that somebody else started is forgotten


class Refused(Exception):
    """What a button asked for is not done, for this reason."""


class Away(Exception):
    """It cannot be asked now, for this reason."""


class Keep:
    """The workloads that were stopped here, on disk before they are stopped, each as the bytes of a desired state that has only it."""

    def __init__(self, file):
        self._file = Path(file)
        self._kept = {}

    def load(self):
        with contextlib.suppress(FileNotFoundError):
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if not isinstance(kept, dict) or not all(isinstance(one, dict) and KEEPS <= one.keys() for one in kept.values()):
                raise ValueError("it is not what this program writes")
            self._kept = kept

    def items(self):
        return list(self._kept.items())

    def get(self, name):
        kept = self._kept.get(name)
        if kept is None:
            raise Refused(f"{name} was not stopped here, so there is nothing to start. Apply its manifest.")
        return base64.b64decode(kept["state"])

    def put(self, name, agent, runtime, state):
        if len(self._kept) >= KEPT and name not in self._kept:
            raise Refused(f"{KEPT} stopped workloads are remembered already: start or forget one of them first.")
        kept = {"agent": agent, "runtime": runtime, "at": time.time(), "state": base64.b64encode(state).decode()}
        self._store({**self._kept, name: kept})

    def forget(self, name):
        self._store({other: kept for other, kept in self._kept.items() if other != name})

    def _store(self, kept):
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_name(self._file.name + ".new")
            with open(new, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                json.dump(kept, out)
                out.flush()
                os.fsync(out.fileno())
            os.replace(new, self._file)
        except OSError as trouble:
            raise Refused(f"It cannot be remembered in {self._file}, so nothing is changed: {trouble}. Set DASHBOARD_KEEP.") from trouble
        self._kept = kept


class Board:
    """What the browsers are shown. Each change has a number; whoever is slow misses the steps between, never the last one."""

    def __init__(self):
        self._changed = threading.Condition()
        self._version = 1
        self._rows = {}
        self._since = {}
        self._log = deque(maxlen=LOG)
        self._trouble = "Connecting to the agent."
        self._looked = None
        self._heard = 0

    def show(self, rows):
        """Takes rows as (agent, name, id) -> row; returns whether any of them is news."""
        with self._changed:
            first, news = self._looked is None, rows != self._rows
            for key in [*rows, *(key for key in self._rows if key not in rows)]:
                old, new = self._rows.get(key, {}).get("state"), rows.get(key, {}).get("state")
                if old != new:
                    self._since[key] = (time.monotonic(), not first)
                    if not first:
                        self._log.appendleft({"at": time.time(), "name": key[1], "agent": key[0], "from": old, "to": new})
            self._since = {key: since for key, since in self._since.items() if key in rows}
            self._rows, self._looked = rows, time.time()
            if news or self._trouble or first:
                self._trouble = ""
                self._tell()
            return news and not first

    def trouble(self, text):
        with self._changed:
            if text != self._trouble:
                print("trouble:", text, flush=True)
                self._trouble = text
                self._tell()

    def heard(self, events):
        with self._changed:
            self._heard += events

    def why_away(self):
        with self._changed:
            return self._trouble

    def _tell(self):
        self._version += 1
        self._changed.notify_all()

    def newer_than(self, version, limit):
        """Waits for another version, and returns the one there is, and its text, or no text if nothing came."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, limit)
            return self._version, self._text() if self._version != version else None

    def _text(self):
        now = time.monotonic()
        rows = []
        for key, row in sorted(self._rows.items(), key=lambda item: (item[0][1], item[0][0], item[0][2])):
            since, witnessed = self._since[key]
            rows.append({**row, "id": key[2], "age": round(now - since, 1), "witnessed": witnessed})
        return json.dumps(
            {
                "trouble": self._trouble,
                "looked": self._looked,
                "heard": self._heard,
                "workloads": rows,
                "log": list(self._log),
            },
            separators=(",", ":"),
        )


class Cluster:
    """Asks and follows the cluster through the SDK. One request at a time; events only say that it is time to look again."""

    def __init__(self, board, keep):
        self._board = board
        self._keep = keep
        self._turn = threading.Lock()
        self._ankaios = None

    def follow(self):
        """Never ends, and never fails: whatever is wrong is shown, and tried again."""
        while True:
            try:
                door = ControlInterface.ANKAIOS_CONTROL_INTERFACE_BASE_PATH
                if not os.path.exists(os.path.join(door, "output")):
                    raise Away(f"There is no control interface at {door}: this workload needs an allow rule in controlInterfaceAccess.")
                with Ankaios(log_level=AnkaiosLogLevel.ERROR) as ankaios:
                    self._ankaios = ankaios
                    self._session()
            except Exception as trouble:  # whatever the SDK raises: the page must stand
                self._board.trouble(say(trouble))
            finally:
                self._ankaios = None
            time.sleep(RETRY)

    def _session(self):
        events = None
        while True:
            try:
                if events is not None:
                    self._leave(events)
                with self._turn:
                    events = self._ankaios.register_event([STATES, WORKLOADS], timeout=PATIENCE)
                self._watch(events)
            except ConnectionClosedException:
                raise
            except (AnkaiosException, TimeoutError, OSError) as trouble:
                self._board.trouble(say(trouble))
                time.sleep(RETRY)

    def _leave(self, events):
        """Ends a subscription that may have ended already."""
        with self._turn, contextlib.suppress(AnkaiosException, TimeoutError, OSError):
            self._ankaios.unregister_event(events, timeout=PATIENCE)

    def _watch(self, events):
        """Looks after each event, and now and then without one. Returns when an event was missed: a new connection has no subscription."""
        self._look()
        while True:
            told = heard(events, LOOK_EVERY)
            self._board.heard(told)
            if self._look() and not told:
                late = heard(events, 1)
                self._board.heard(late)
                if not late:
                    return

    def _look(self):
        with self._turn:
            return self._look_now(self._ankaios)

    def _look_now(self, ankaios):
        state = ankaios.get_state([STATES, WORKLOADS], timeout=PATIENCE)
        wanted = desired(state).workloads.workloads
        for name, kept in self._keep.items():
            if name in wanted and time.time() - kept["at"] > STALE:
                with contextlib.suppress(Refused):  # the disk is full: later
                    self._keep.forget(name)
        return self._board.show(rows(state, wanted, dict(self._keep.items())))

    def stop(self, name):
        with self._asking() as ankaios:
            state = ankaios.get_state([f"{WORKLOADS}.{name}"], timeout=PATIENCE)
            only = desired(state)
            if name not in only.workloads.workloads:
                raise Refused(f"There is no workload {name} any more.")
            only.apiVersion = "v1"
            workload = only.workloads.workloads[name]
            self._keep.put(name, workload.agent, workload.runtime, only.SerializeToString())
            try:
                ankaios.delete_workload(name, timeout=PATIENCE)
            except AnkaiosResponseError:
                with contextlib.suppress(Refused):
                    self._keep.forget(name)
                raise

    def start(self, name):
        with self._asking() as ankaios:
            only = type(desired(CompleteState())).FromString(self._keep.get(name))
            if name in desired(ankaios.get_state([WORKLOADS], timeout=PATIENCE)).workloads.workloads:
                raise Refused(f"{name} is there already: somebody else has started it.")
            ankaios.apply_manifest(Manifest(only), timeout=PATIENCE)
            with contextlib.suppress(Refused):  # it is started all the same
                self._keep.forget(name)

    def forget(self, name):
        with self._asking() as ankaios:
            self._keep.get(name)
            self._keep.forget(name)
            self._look_now(ankaios)

    @contextlib.contextmanager
    def _asking(self):
        if not self._turn.acquire(timeout=TURN):
            raise Away(f"It was not its turn within {TURN:.0f} s.")
        try:
            ankaios = self._ankaios
            if ankaios is None:
                raise Away(self._board.why_away() or "There is no connection to the agent.")
            yield ankaios
        except AnkaiosResponseError as trouble:
            raise Refused(say(trouble)) from trouble
        except (AnkaiosException, TimeoutError, OSError) as trouble:
            raise Away(f"{say(trouble)} It may still happen.") from trouble
        finally:
            self._turn.release()


def desired(state):
    """The desired state in what the SDK returns, as the message itself: with all fields, also those that the SDK does not know."""
    return state._to_proto().desiredState


def heard(events, limit):
    """Waits for an event, and returns how many came."""
    try:
        events.get(timeout=limit)
    except queue.Empty:
        return 0
    time.sleep(SETTLE)
    count = 1
    with contextlib.suppress(queue.Empty):
        while True:
            events.get_nowait()
            count += 1
    return count


def rows(state, wanted, kept):
    made = {}
    for each in state.get_workload_states().get_as_list():
        name = each.workload_instance_name.workload_name
        agent = each.workload_instance_name.agent_name
        runtime = wanted[name].runtime if name in wanted else kept.get(name, {}).get("runtime", "")
        execution = each.execution_state
        made[agent, name, each.workload_instance_name.workload_id] = row(
            name, agent, phase(execution), execution.additional_info or "", runtime, "stop" if name in wanted else ""
        )
    there = {name for _, name, _ in made}
    for name, workload in wanted.items():
        if name not in there:
            made[workload.agent, name, ""] = row(name, workload.agent, "Pending", "No state yet.", workload.runtime, "stop")
    for name, one in kept.items():
        if name not in there and name not in wanted:
            made[one["agent"], name, ""] = row(name, one["agent"], "Stopped", "Stopped here.", one["runtime"], "start")
    return made


def row(name, agent, state, info, runtime, action):
    return {"name": name, "agent": agent, "state": state, "info": info, "runtime": runtime, "action": action}


def phase(execution):
    """The spelling of tables: RUNNING and RUNNING_OK are Running(Ok)."""
    state, sub = getattr(execution.state, "name", "UNKNOWN"), getattr(execution.substate, "name", "")
    sub = sub.removeprefix(state + "_")
    return camel(state) if sub in ("", state) else f"{camel(state)}({camel(sub)})"


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def say(trouble):
    if isinstance(trouble, TimeoutError):
        return f"No answer within {PATIENCE:.0f} s."
    return str(trouble) or type(trouble).__name__


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, names, board, cluster):
        self.names, self.board, self.cluster = names, board, cluster
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        super().__init__(address, Handler)

    def process_request(self, request, client_address):
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # a browser that went away is none
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    timeout = 30  # seconds for a browser that neither reads nor writes

    def do_GET(self):
        if not self._is_for_us():
            return
        path = urlsplit(self.path).path
        if path == "/":
            self._page()
        elif path == "/api/state":
            self._answer(200, self.server.board.newer_than(0, 0)[1], "application/json")
        elif path == "/api/events":
            self._events()
        else:
            self._problem(404, "There is nothing here.")

    def do_POST(self):
        if not self._is_for_us():
            return
        asked = re.fullmatch(r"/api/workloads/([^/]+)/(stop|start|forget)", urlsplit(self.path).path)
        if asked is None or not NAME.fullmatch(asked[1]):
            self._problem(404, "There is nothing here; POST /api/workloads/<name>/stop, start or forget.")
        elif self.headers.get("X-Dashboard") is None:  # other sites' pages cannot send it
            self._problem(403, "The header X-Dashboard is missing; send it with any value.")
        else:
            try:
                getattr(self.server.cluster, asked[2])(asked[1])
                self._answer(200, "{}", "application/json")
            except Refused as reason:
                self._problem(409, str(reason))
            except Away as reason:
                self._problem(503, str(reason))

    def _is_for_us(self):
        """A name that is not ours may have been pointed here by somebody whose page is then of the same origin."""
        host = ""
        with contextlib.suppress(ValueError):
            host = (urlsplit("//" + self.headers.get("Host", "")).hostname or "").lower()
            ipaddress.ip_address(host)
            return True
        if host in self.server.names:
            return True
        self._problem(403, f"It is not called {host!r}; add that to DASHBOARD_NAMES if it should be.")
        return False

    def _page(self):
        nonce = secrets.token_urlsafe(16)
        rules = f"default-src 'none'; connect-src 'self'; img-src data:; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        rules += "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        text = PAGE.read_text(encoding="utf-8").replace("NONCE", nonce)
        self._answer(200, text, "text/html", [("Content-Security-Policy", rules)])

    def _events(self):
        self._head(200, "text/event-stream")
        version = 0
        while True:
            version, text = self.server.board.newer_than(version, BREATH)
            self.wfile.write((f"data: {text}\n\n" if text else ": still here\n\n").encode())

    def _problem(self, status, text):
        self._answer(status, json.dumps({"problem": text}), "application/json")

    def _answer(self, status, text, kind, more=()):
        body = text.encode()
        self._head(status, kind, [("Content-Length", str(len(body))), *more])
        self.wfile.write(body)

    def _head(self, status, kind, more=()):
        self.send_response(status)
        headers = [("Content-Type", kind + "; charset=utf-8"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        for name, value in [*headers, *more]:
            self.send_header(name, value)
        self.end_headers()

    def log_request(self, code="-", size="-"):
        if self.command == "POST":
            super().log_request(code, size)


def main():
    # Whatever must last is on disk. As the first process of a container it would not get the signal without a handler.
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: os._exit(0))
    settings = os.environ
    door = settings.get("MUSTER_CONTROL_INTERFACE")
    if door:  # of a native workload; the SDK knows the place in containers
        ControlInterface.ANKAIOS_CONTROL_INTERFACE_BASE_PATH = door
    port = settings.get("DASHBOARD_PORT", "8088")
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        sys.exit(f"DASHBOARD_PORT is {port!r}: give it a number from 0 to 65535")
    file = settings.get("DASHBOARD_KEEP") or Path.home() / ".local/state/muster-dashboard/stopped.json"
    keep = Keep(file)
    try:
        keep.load()
    except (OSError, ValueError) as trouble:
        sys.exit(f"{file} cannot be read: {trouble}; repair it, or set DASHBOARD_KEEP to another file")
    board = Board()
    cluster = Cluster(board, keep)
    names = {"localhost", *filter(None, settings.get("DASHBOARD_NAMES", "").lower().split(","))}
    address = settings.get("DASHBOARD_ADDRESS", "127.0.0.1")
    try:
        server = Server((address, int(port)), names, board, cluster)
    except OSError as trouble:
        sys.exit(f"it cannot listen on {address}:{port}: {trouble}; set DASHBOARD_ADDRESS and DASHBOARD_PORT")
    threading.Thread(target=cluster.follow, daemon=True).start()
    print(f"the dashboard is at http://{address}:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
