"""The form of a script and what it means, both ways."""

import pytest

from app.scripts import ApiTrigger, Authentication, CronTrigger, EntityEvent, EventTrigger, ManualTrigger, Phase, ScriptSettings, Trigger
from app.web.scripts.forms import ScriptForm, events_of, sentence_of, values_of

TRIGGERS = [
    (ManualTrigger(), "by hand"),
    (EventTrigger("order", (EntityEvent.CREATE, EntityEvent.DELETE), Phase.ON_COMMIT), "on commit create or delete of order"),
    (CronTrigger("0 9 * * *", "Europe/Berlin"), "at 0 9 * * * (Europe/Berlin)"),
    (ApiTrigger("orders/new", "PUT", Authentication.HMAC, "partner"), "on PUT orders/new"),
]


@pytest.mark.parametrize(("trigger", "sentence"), TRIGGERS)
def test_a_trigger_comes_back_from_the_form_as_it_was(trigger: Trigger, sentence: str) -> None:
    values = {name: value for name, value in values_of(ScriptSettings("a", trigger=trigger)).items() if name != "message"}
    form = ScriptForm.model_validate({**values, "events": events_of(trigger), "source": ""})
    assert form.settings(None).trigger == trigger
    assert sentence_of(trigger) == sentence


def test_the_secret_of_a_signature_goes_with_signatures_alone() -> None:
    form = ScriptForm(name="a", kind="api", path="p", authentication=Authentication.TOKEN, secret="partner", source="")
    assert form.trigger() == ApiTrigger("p", "POST", Authentication.TOKEN, "")


def test_what_the_form_does_not_show_stays() -> None:
    before = ScriptSettings("a", allowed_secrets=("partner",), run_as="reviewer")
    after = ScriptForm(name="b", kind="manual", source="").settings(before)
    assert (after.name, after.allowed_secrets, after.run_as) == ("b", ("partner",), "reviewer")
