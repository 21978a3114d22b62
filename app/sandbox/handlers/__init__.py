"""What a child does with its jobs: the one place where the sandbox meets the engine, the host table and the editor's questions.

`warm` runs in the zygote, before anything is locked; `handle` in a locked child. Nothing else in the sandbox knows what a script is.
"""

from __future__ import annotations

from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.handlers.analyses import QUESTIONS, analyse
from app.sandbox.handlers.runs import execute
from app.sandbox.jobs import Analyse, Job, Json, Run, Trace

__all__ = ["handle", "warm"]

_SAMPLE = """
fn area(w, h) { if w < 0 { throw "negative" } w * h }
let sizes = [];
for i in 0..4 { sizes.push(area(i, 2.5)); }
let total = sizes.reduce(|sum, v| sum + v, 0.0);
let text = `total ${total}`;
let m = #{ a: text.to_upper(), "b": sizes.filter(|v| v > 1).map(|v| `${v}`) };
try { area(-1, 1); } catch (e) { m.error = e; }
print(m.keys()); debug(text);
switch total { 0 => (), _ => { m.total = total } }
while m.len() > 4 { m.remove("a"); }
text.split(" ").contains("total") && eval("1 + 1") == 2;
m
"""


class _Nowhere(Channel):
    """A channel without a parent, for warming up."""

    def __init__(self) -> None:
        self.begin(0, Run(tenant="", source="", digest="").limits)

    def send(self, message: wire.FromChild) -> None:
        """Nobody is told."""

    def flush(self) -> None:
        """Lines go nowhere."""
        self._lines.clear()

    def call(self, name: str, arguments: Json) -> Json:
        """Every call is answered with nothing."""
        return None


def warm() -> None:
    """Do a bit of everything once, so that children find all code and caches in place and never need a file."""
    channel = _Nowhere()
    for phase in ("manual", "before", "after", "on_commit", "scheduled", "api"):
        entity = {"type": "order", "id": "1", "fields": {"amount": 1}}
        execute(Run(tenant="", source=_SAMPLE, digest=phase, phase=phase, inputs={"entity": entity}), channel)
    execute(Trace(tenant="", source=_SAMPLE, digest="traced"), channel)
    execute(Run(tenant="", source="let x = ;", digest="broken"), channel)
    for question in QUESTIONS:
        analyse(Analyse(tenant="", question=question, source=_SAMPLE, offset=_SAMPLE.index("sizes"), phase="manual"), channel)


def handle(job: Job, channel: Channel) -> wire.Done:
    """Do one job."""
    if isinstance(job, Analyse):
        return analyse(job, channel)
    return execute(job, channel)
