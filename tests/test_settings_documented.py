"""What can be set is what the README says can be set."""

import re
from pathlib import Path

import pytest

from service.settings import Settings

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(scope="module")
def section():
    if not README.is_file():
        pytest.skip("README.md: there is none yet")
    return README.read_text(encoding="utf-8").partition("\n## Settings\n")[2].partition("\n## ")[0]


def test_the_readme_names_every_setting_and_no_other(section):
    named = set(re.findall(r"`([a-z_]+)`", section))
    assert named == set(Settings.model_fields)
    assert "`REPORTQA_`" in section


def test_every_setting_says_what_it_is():
    for name, field in Settings.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_read_from_the_environment(name, monkeypatch):
    value = {str: "other", int: "64", float: "0.5"}.get(type(Settings().model_dump()[name]), "0.5")
    monkeypatch.setenv(f"REPORTQA_{name.upper()}", value)
    assert str(getattr(Settings(), name)) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "-1"),
        ("PASSAGE_TOKENS", "31"),
        ("PASSAGE_TOKENS", "481"),
        ("MIN_CONFIDENCE", "1.1"),
        ("PORT", "70000"),
        ("MAX_MEGABYTES", "0"),
        ("READ_SECONDS", "x"),
    ],
)
def test_a_value_out_of_its_range_is_refused(name, value, monkeypatch):
    monkeypatch.setenv(f"REPORTQA_{name}", value)
    with pytest.raises(ValueError, match=name.lower()):
        Settings()
