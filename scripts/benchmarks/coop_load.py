"""``load`` of 100,000 members over RPC, against ``load`` inside the server's process.

Measured: rows a second when ``scripts/rpc.py`` loads 100,000 persons (``res.partner``)
and their applications (``coop.member``), with external ids, in its usual batches over
RPC to a server with one worker. Every batch is a transaction. Client, server and
PostgreSQL work one after the other, so the seconds are the sum of their time on the
processor, what an idle machine would show by the clock on the wall.

Baseline: the same batches given to the same ``load`` in this process, on another copy
of the database, each with a commit; its time on the processor and its backend's. Both
take turns, batch by batch, so that both meet the same machine.

Bound (issue 4): at least 0.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts import rpc
from scripts.benchmarks.common import clients, members, session
from scripts.benchmarks.common.clock import Clock, Lap, ServerClock
from scripts.lib import databases
from scripts.lib.bench_table import Bound, Result

MEMBERS, QUICK = 100_000, 2_000
PERSON = ["id", "name", "phone", "company_id/.id"]
MEMBER = ["id", "partner_id/id", "company_id/.id", "number", "date_applied"]


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the rows a second of both ways."""
    count = QUICK if quick else MEMBERS
    with databases.scratch(template, "load") as remote:
        company = prepare(remote)
        with (
            databases.scratch(remote, "load") as local,
            clients.serving(remote, workers=1) as running,
            session.environment(local) as env,
        ):
            access = rpc.Access(
                running.url, running.database, running.login, running.password
            )
            client = rpc.Client(access)
            remote_clock = ServerClock(running.process_id, remote)
            local_clock = Clock(env.cr)
            env = env(context={**env.context, "allowed_company_ids": [company]})
            laps: dict[str, list[Lap]] = {"rpc": [], "local": []}
            # the first batch warms both up and is not counted
            for start in range(0, count + rpc.BATCH, rpc.BATCH):
                numbers = range(start + 1, start + rpc.BATCH + 1)
                far = remote_clock.lap(
                    lambda n=numbers: load_remote(client, company, n)
                )
                near = local_clock.lap(lambda n=numbers: load_local(env, company, n))
                if start:
                    laps["rpc"].append(far)
                    laps["local"].append(near)
            found = client.call("coop.member", "search_count", [[]])
            ours = env["coop.member"].search_count([("company_id", "=", company)])
            if not found == ours >= count:
                raise AssertionError(f"{found} members over RPC, {ours} in process")
    speed = {
        (way, what): 2 * count / sum(getattr(lap, what) for lap in each)
        for way, each in laps.items()
        for what in ("cpu", "wall")
    }
    yield Result(
        f"{count} persons and members",
        speed["rpc", "cpu"],
        "rows/s",
        speed["local", "cpu"],
        (Bound("ratio", "at least", 0.9),),
        f"batches of {rpc.BATCH}; by the wall clock {speed['rpc', 'wall']:.0f} against"
        f" {speed['local', 'wall']:.0f} rows/s; baseline: load in the server's process",
    )


def prepare(database: str) -> int:
    """Set up a cooperative; return its id."""
    with session.environment(database) as env:
        company = members.create_cooperative(env).company
        env.cr.commit()
        return company.id


def tables(company: int, numbers: range) -> Iterator[tuple[str, list, list]]:
    """Yield (model, fields, rows) of the persons and of the members."""
    people = [
        [f"bench.person_{n}", f"Anggota {n} (contoh)", f"08120{n:07}", str(company)]
        for n in numbers
    ]
    yield "res.partner", PERSON, people
    applications = [
        [
            f"bench.member_{n}",
            f"bench.person_{n}",
            str(company),
            f"L{n:06}",
            "2026-01-05",
        ]
        for n in numbers
    ]
    yield "coop.member", MEMBER, applications


def load_remote(client: rpc.Client, company: int, numbers: range) -> None:
    """Load over RPC."""
    context = {"allowed_company_ids": [company]}
    for model, fields, rows in tables(company, numbers):
        client.load(model, fields, rows, context=context)


def load_local(env, company: int, numbers: range) -> None:
    """Load in this process.

    :raise AssertionError: rows were refused
    """
    for model, fields, rows in tables(company, numbers):
        answer = env[model].load(fields, rows)
        if not answer["ids"]:
            raise AssertionError(answer["messages"])
        env.cr.commit()
        env.invalidate_all()
