"""Adding and changing reports in a browser."""

import io
import threading

import pytest
from fixtures_browser import served, watched
from fixtures_library import Text, document, harbour, passage
from pypdf import PdfWriter
from test_browser_access import violations
from test_browser_asking import press_to

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


def drop(page, *files):
    page.evaluate(
        """
        (files) => {
          const data = new DataTransfer();
          for (const { name, bytes } of files)
            data.items.add(new File([new Uint8Array(bytes)], name));
          for (const type of ["dragover", "drop"])
            document.body.dispatchEvent(
              new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """,
        [{"name": name, "bytes": list(content)} for name, content in files],
    )


def locked():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("a password", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_files_are_dropped_anywhere_each_with_its_outcome(watch):
    page = watch.open("/documents")
    lamp = NEW["buffer"]
    drop(
        page,
        ("lamp.md", lamp),
        ("again.md", lamp),
        ("empty.pdf", b""),
        ("broken.pdf", b"%PDF-1.7 nothing else"),
        ("locked.pdf", locked()),
        ("table.xlsx", b"PK\x03\x04 a table"),
        ("<img src=x onerror=alert(1)>.md", b"# <script>alert(2)</script>\n\nIt is late.\n"),
    )
    page.locator(".tasks li").nth(6).wait_for()
    page.wait_for_selector("[data-summary]:text-is('All done.')")
    found = states(page)
    assert found["lamp.md"] == found["<img src=x onerror=alert(1)>.md"] == "Ready"
    assert found["again.md"] == "In the library already"
    assert "the file is empty" in found["empty.pdf"]
    assert "cannot be parsed" in found["broken.pdf"]
    assert "password" in found["locked.pdf"]
    assert ".xlsx is not read" in found["table.xlsx"]
    page.wait_for_selector("#reports :text('The lamp')")
    assert page.locator("img, #reports script").count() == 0
    assert violations(page) == []
    page.locator(".tasks").get_by_role("link", name="again.md").click()
    assert page.get_by_role("heading", level=1).inner_text() == "The lamp"


def test_by_keyboard_alone_a_report_is_renamed_removed_and_put_back(watch):
    page = watch.open("/documents")
    press_to(page, "Change Lights of Dunwich")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Shores of Dunwich")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reports :text('Shores of Dunwich')")
    press_to(page, "Change Shores of Dunwich")
    page.keyboard.press("Enter")
    press_to(page, "Remove")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice")
    assert page.locator("#reports :text('Dunwich')").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    page.wait_for_selector("#reports :text('Shores of Dunwich')")


def test_many_reports_weigh_little(chromium, tmp_path):
    about = "an inspection of services for children who need help and of those who are cared for"
    readings = [
        document(
            f"inspection-of-services-for-children-{n}", f"Town{n} Council – {about}",
            [passage(f"inspection-of-services-for-children-{n}", 0, ("Figures", "Children"),
                     Text((f"In May there were {n} children in care in the town, as was said.",)))],
            date=f"{2000 + n % 25}-05-01",
        )
        for n in range(72)
    ]  # fmt: skip
    question = "q=how+many+children+in+care+in+the+town"
    with served(tmp_path / "index", *readings) as site:
        for path in (f"/compare?{question}", "/", "/documents", f"/?{question}"):
            # Each in a browser of its own, which has nothing kept.
            with watched(chromium, site) as watch:
                page = watch.open(path)
                page.wait_for_load_state("networkidle")
                assert 0 < watch.bytes <= 100_000
                if path.startswith("/compare"):
                    assert page.locator("tbody tr").count() == 72
                    assert page.locator(".plot rect").count() == 72
                    assert violations(page) == []
                assert watch.troubles == []


def test_a_long_list_can_be_narrowed(chromium, tmp_path):
    readings = [
        document(f"d{n}", f"Report of {name}", [passage(f"d{n}", 0, (), Text((f"It is {name}.",)))])
        for n, name in enumerate("Ash Beech Cedar Elm Fir Hazel Larch Maple Oak Pine Yew".split())
    ]
    with served(tmp_path / "index", *readings) as site, watched(chromium, site) as watch:
        for path in ("/documents", "/"):
            page = watch.open(path)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            page.get_by_label("Narrow the list of reports").fill("report YEW")
            shown = [item for item in page.locator("[data-filter] li").all() if item.is_visible()]
            assert len(shown) == 1
            assert "Yew" in shown[0].inner_text()
            assert violations(page) == []
        assert watch.troubles == []


def test_without_events_it_asks_again_and_again(watch):
    page = watch.open("/documents")
    page.route("**/tasks/events", lambda route: route.abort())
    page.get_by_label("Add reports").set_input_files([NEW])
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("#reports :text('The lamp')")
    assert settled(page)["new.md"] == "Ready"


def test_progress_is_told_while_it_lasts(chromium, tmp_path):
    gate = threading.Event()

    def slow(path, **_options):
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
        assert violations(page) == []
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
