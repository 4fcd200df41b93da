"""Asks again and again with the published SDK, whatever comes of it; writes a line for each request."""
import sys
import time

from ankaios_sdk import Ankaios, AnkaiosException

LONG = "x" * 200_000  # more than a pipe takes at once


def ask(name, request, said):
    try:
        request()
        said.write(f"answered {name}\n")
    except (AnkaiosException, OSError) as failure:
        said.write(f"{type(failure).__name__} {name}: {str(failure)[:200]}\n")
        time.sleep(0.1)
    said.flush()


with open(sys.argv[1], "a", encoding="utf-8") as said, Ankaios() as ankaios:
    said.write("connected\n")
    while True:
        ask("short", lambda: ankaios.get_agents(timeout=2), said)
        ask("long", lambda: ankaios.update_configs({"long": LONG}, timeout=2), said)
