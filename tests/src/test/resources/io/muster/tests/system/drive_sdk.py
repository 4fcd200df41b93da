"""Drives every request that the published SDK offers; prints a line for each."""
import queue
import sys
import time
from datetime import datetime, timedelta, timezone

from ankaios_sdk import (
    Ankaios,
    AnkaiosException,
    LogEntry,
    Manifest,
    Workload,
    WorkloadStateEnum,
)

AGENT = "bow"
SLEEP = "command: sleep\nargs: [\"1000009\"]"


class Driven:
    """Remembers what was asked of the SDK."""

    def __init__(self, its):
        self._its = its
        self.asked = set()

    def __getattr__(self, name):
        self.asked.add(name)
        return getattr(self._its, name)

    def missing(self):
        """Returns what it offers and was not asked for; the level of its log is no request."""
        offered = {name for name, its in vars(Ankaios).items() if callable(its)}
        offered = {name for name in offered if not name.startswith("_")}
        return sorted(offered - self.asked - {"set_logger_level"})


def step(name, good=True):
    print(("ok " if good else "WRONG ") + name, flush=True)
    if not good:
        sys.exit(1)


def workload(name):
    return (
        Workload.builder()
        .workload_name(name)
        .agent_name(AGENT)
        .runtime("native")
        .restart_policy("NEVER")
        .runtime_config(SLEEP)
        .build()
    )


def next_event(events, wanted):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            event = events.get(timeout=1)
        except queue.Empty:
            continue
        fields = [*event.added_fields, *event.updated_fields, *event.removed_fields]
        if any(wanted in field for field in fields):
            return True
    return False


def lines(campaign, last):
    """Returns the lines up to this one."""
    heard = []
    deadline = time.monotonic() + 20
    while last not in heard and time.monotonic() < deadline:
        try:
            entry = campaign.queue.get(timeout=1)
        except queue.Empty:
            continue
        heard.append(entry.message if isinstance(entry, LogEntry) else "END")
    return heard


def logs(ankaios):
    deadline = time.monotonic() + 20
    singers = []
    while not singers and time.monotonic() < deadline:
        singers = [
            state.workload_instance_name
            for state in ankaios.get_workload_states_for_name("singer").get_as_list()
            if state.execution_state.state == WorkloadStateEnum.RUNNING
        ]
    followed = ankaios.request_logs(singers, follow=True)
    step("request_logs", str(followed.accepted_workload_names[0]) == str(singers[0]))
    step("log entries", lines(followed, "la")[:2] == ["one", "two"])
    ankaios.stop_receiving_logs(followed)
    step("stop_receiving_logs")
    step("the end of logs", lines(ankaios.request_logs(singers), "END")[:2] == ["one", "two"])
    tail = lines(ankaios.request_logs(singers, tail=1), "END")
    step("the tail of logs", tail == ["la", "END"])
    since = datetime.now(timezone.utc) + timedelta(hours=1)
    step("no logs of the future", lines(ankaios.request_logs(singers, since=since), "END") == ["END"])
    own = ankaios.get_workload_states_for_name("captain").get_as_list()[0]
    try:
        ankaios.request_logs([own.workload_instance_name])
        step("a refusal of logs", False)
    except AnkaiosException as refusal:
        step("a refusal of logs", 'logs of "captain"' in str(refusal))


with Ankaios() as connected:
    ankaios = Driven(connected)
    step("connected")
    step("get_agents", AGENT in ankaios.get_agents(timeout=20))
    step("get_agent", ankaios.get_agent(AGENT) is not None)

    events = ankaios.register_event(["desiredState.workloads.sailor"])
    step("register_event")
    done = ankaios.apply_workload(workload("sailor"))
    step("apply_workload", len(done.added_workloads) == 1)
    instance = done.added_workloads[0]
    ankaios.wait_for_workload_to_reach_state(instance, WorkloadStateEnum.RUNNING, timeout=20)
    step("wait_for_workload_to_reach_state")
    step("event", next_event(events, "sailor"))
    state = ankaios.get_execution_state_for_instance_name(instance)
    step("get_execution_state_for_instance_name", state.state == WorkloadStateEnum.RUNNING)
    step("get_workload", ankaios.get_workload("sailor")[0].name == "sailor")
    step("get_workload_states", len(ankaios.get_workload_states().get_as_list()) >= 2)
    step(
        "get_workload_states_on_agent",
        len(ankaios.get_workload_states_on_agent(AGENT).get_as_list()) >= 2,
    )
    step(
        "get_workload_states_for_name",
        len(ankaios.get_workload_states_for_name("sailor").get_as_list()) == 1,
    )

    edited = ankaios.get_workload("sailor")[0]
    edited.add_tag("rank", "first")
    ankaios.apply_workload(edited)
    step("apply_workload again", ankaios.get_workload("sailor")[0].get_tags()["rank"] == "first")

    logs(ankaios)
    ankaios.unregister_event(events)
    step("unregister_event")
    done = ankaios.delete_workload("sailor")
    step("delete_workload", len(done.deleted_workloads) == 1)

    manifest = Manifest.from_dict(
        {
            "apiVersion": "v1",
            "workloads": {
                "sailor": {"agent": AGENT, "runtime": "native", "runtimeConfig": SLEEP}
            },
        }
    )
    step("apply_manifest", len(ankaios.apply_manifest(manifest).added_workloads) == 1)
    step("delete_manifest", len(ankaios.delete_manifest(manifest).deleted_workloads) == 1)

    ankaios.update_configs({"a": "1", "b": {"c": ["2"]}})
    step("update_configs", "'a'" in str(ankaios.get_configs()))
    ankaios.add_config("d", "3")
    step("add_config", "3" in str(ankaios.get_config("d")))
    ankaios.delete_config("a")
    step("delete_config", "'a'" not in str(ankaios.get_configs()))
    ankaios.delete_all_configs()
    step("delete_all_configs", not ankaios.get_state(["desiredState.configs"]).get_configs())

    ankaios.set_agent_tags(AGENT, {"deck": "upper"})
    step("set_agent_tags", "upper" in str(ankaios.get_agent(AGENT).to_dict()))

    try:
        ankaios.apply_workload(workload("pirate"))
        step("a refusal", False)
    except AnkaiosException as refusal:
        step("a refusal", "desiredState.workloads.pirate" in str(refusal))
    step("get_state", "pirate" not in str(ankaios.get_state(["desiredState.workloads"]).to_dict()))
    step("all that it offers, but " + str(ankaios.missing()), not ankaios.missing())
print("DONE", flush=True)
