"""What a script may see and do beyond the language: phases, the table of helpers, the entity, the journal. No IO."""

from app.host.catalogue import HOST_TABLE
from app.host.channel import Channel, HostContext, LogLine, Refusal
from app.host.decision import ABORTED, Abort
from app.host.ending import Aborted, Completed, Ending, Failed, ending_of
from app.host.entity import Change, ChangeKind, Changes, EntityProxy, EntitySnapshot
from app.host.journal import HostCall, Recorder, Replay, ReplayMismatch
from app.host.phases import Phase
from app.host.plain import Plain
from app.host.table import Effect, Helper, HostTable, HostVariable

__all__ = [
    "ABORTED",
    "HOST_TABLE",
    "Abort",
    "Aborted",
    "Change",
    "ChangeKind",
    "Changes",
    "Channel",
    "Completed",
    "Effect",
    "Ending",
    "EntityProxy",
    "EntitySnapshot",
    "Failed",
    "Helper",
    "HostCall",
    "HostContext",
    "HostTable",
    "HostVariable",
    "LogLine",
    "Phase",
    "Plain",
    "Recorder",
    "Refusal",
    "Replay",
    "ReplayMismatch",
    "ending_of",
]
