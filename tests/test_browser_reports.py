"""Adding and changing reports in a browser."""

import threading

import pytest
from fixtures_browser import served, watched
from fixtures_library import harbour
from test_browser_access import violations

from ingest.read import read

pytestmark = pytest.mark.browser

NEW = {"name": "new.md", "mimeType": "text/markdown", "buffer": b"# The lamp\n\nIt turns.\n"}
EMPTY = {"name": "empty.md", "mimeType": "text/markdown", "buffer": b""}
LARGE = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 1_500_000}


@pytest.fixture
def watch(chromium, own_site):
    with watched(chromium, own_site) as found:
        yield found
        assert found.troubles == []


def states(page):
    return dict(
        zip(
            page.locator(".tasks .task-name").all_inner_texts(),
            page.locator(".tasks .task-state").all_inner_texts(),
            strict=True,
        )
    )


def settled(page):
    page.locator("[data-summary]:text-is('All done.')").wait_for()
    return states(page)


def test_several_files_each_with_its_outcome(watch):
    page = watch.open("/documents")
    page.get_by_label("Add reports").set_input_files([NEW, EMPTY, LARGE])
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("#reports :text('The lamp')")
    found = settled(page)
    assert found["new.md"] == "Ready"
    assert "empty" in found["empty.md"]
    assert found["large.txt"] == "Refused: the file is too large"
    assert violations(page) == []
    assert watch.open("/documents").get_by_role("link", name="The lamp").is_visible()


def test_files_can_be_dropped_anywhere(watch):
    page = watch.open("/documents")
    page.evaluate(
        """
        () => {
          const data = new DataTransfer();
          data.items.add(new File(["# Dropped\\n\\nIt fell.\\n"], "dropped.md"));
          for (const type of ["dragover", "drop"])
            document.body.dispatchEvent(
              new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """
    )
    page.wait_for_selector("#reports :text('Dropped')")
    assert settled(page)["dropped.md"] == "Ready"


def test_without_events_it_asks_again_and_again(watch):
    page = watch.open("/documents")
    page.route("**/tasks/events", lambda route: route.abort())
    page.get_by_label("Add reports").set_input_files([NEW])
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("#reports :text('The lamp')")
    assert settled(page)["new.md"] == "Ready"


def test_progress_is_told_while_it_lasts(chromium, tmp_path):
    gate = threading.Event()

    def slow(path):
        assert gate.wait(20)
        return read(path, count_tokens=lambda text: len(text.split()))

    folder = tmp_path / "index"
    with served(folder, harbour(), read_file=slow) as site, watched(chromium, site) as watch:
        page = watch.open("/documents")
        page.get_by_label("Add reports").set_input_files([NEW, {**NEW, "name": "other.md"}])
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_selector(".task-state:text('Reading')")
        page.wait_for_selector(".task-state:text('Waiting')")
        page.locator("[data-summary]:text-is('0 of 2 done.')").wait_for()
        assert list(states(page)) == ["new.md", "other.md"]
        again = watch.open("/documents")
        again.wait_for_selector(".task-state:text('Reading')")
        gate.set()
        assert settled(page) == {"new.md": "Ready", "other.md": "In the library already"}
        assert watch.troubles == []


def test_without_javascript_add_rename_remove_and_undo(chromium, own_site):
    with watched(chromium, own_site, java_script_enabled=False) as watch:
        page = watch.open("/documents")
        page.get_by_label("Add reports").set_input_files([NEW])
        page.get_by_role("button", name="Add", exact=True).click()
        for _ in range(50):
            if page.get_by_text("All done.").count():
                break
            page.wait_for_timeout(100)
            page.get_by_role("link", name="See how far it is").click()
        assert states(page) == {"new.md": "Ready"}
        page.get_by_label("Change The lamp").click()
        page.get_by_label("New title for The lamp").fill("The lantern")
        page.locator("li", has_text="The lamp").get_by_role("button", name="Rename").click()
        for _ in range(50):
            if page.locator("#reports").get_by_role("link", name="The lantern").count():
                break
            page.wait_for_timeout(100)
            watch.open("/documents")
        page.get_by_label("Change The lantern").click()
        page.locator("li", has_text="The lantern").get_by_role("button", name="Remove").click()
        assert "Removed The lantern." in page.locator(".notice").inner_text()
        assert page.locator("#reports").get_by_role("link", name="The lantern").count() == 0
        page.get_by_role("button", name="Undo").click()
        for _ in range(50):
            if page.locator("#reports").get_by_role("link", name="The lantern").count():
                break
            page.wait_for_timeout(100)
            watch.open("/documents")
        assert page.locator("#reports").get_by_role("link", name="The lantern").count() == 1
        assert watch.troubles == []


def test_removing_shuts_no_one_out(watch):
    page = watch.open("/documents")
    page.get_by_label("Change Lights of Dunwich").click()
    page.locator("li", has_text="Lights of Dunwich").get_by_role("button", name="Remove").click()
    page.wait_for_selector(".notice")
    assert violations(page) == []


def test_a_new_report_can_be_asked_at_once(watch):
    page = watch.open("/documents")
    page.get_by_label("Add reports").set_input_files([NEW])
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("#reports :text('The lamp')")
    page = watch.open("/?q=it+turns")
    assert page.locator("[data-answer]").inner_text() == "It turns."
