"""Asking, checking and taking along, in a browser: with and without JavaScript, by keyboard."""

import json

import pytest
from fixtures_browser import NARROW, watched

pytestmark = pytest.mark.browser

ALARMS = "how many false alarms in 2023"


@pytest.fixture(params=["wide", "narrow"])
def scriptless(request, chromium, site):
    """A browser without JavaScript."""
    width = 1280 if request.param == "wide" else NARROW
    viewport = {"width": width, "height": 800}
    with watched(chromium, site, java_script_enabled=False, viewport=viewport) as found:
        yield found
        assert found.troubles == []


def test_without_javascript_a_question_is_answered_and_checked(scriptless):
    page = scriptless.open("/")
    page.get_by_label("Your question").fill(ALARMS)
    page.get_by_role("button", name="Ask").click()
    assert page.locator("[data-answer]").inner_text() == "477"
    assert "q=how+many+false+alarms+in+2023" in page.url
    page.locator(".place").first.click()
    target = page.locator("#p2")
    assert target.locator("mark").all_inner_texts() == ["512", "477"]
    assert in_view(target)
    target.get_by_role("link", name="page 2").click()
    assert page.locator("svg rect").count() == 1
    page.get_by_role("link", name="Next page").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Page 3 of 3"


def in_view(locator):
    # Focus is given, and scrolls, a moment after the page is loaded.
    locator.page.wait_for_timeout(500)
    box = locator.bounding_box()
    return -box["height"] < box["y"] < 800


def test_the_page_itself_opens_at_the_quoted_words(scriptless):
    page = scriptless.open("/?q=oldest+station+stands+lighthouse+opened+in+1931")
    page.set_viewport_size({"width": 1280, "height": 400})
    page.get_by_role("link", name="See the page itself").first.click()
    page.wait_for_url("**/pages/3?*#quote")
    page.wait_for_timeout(500)
    top = page.locator("#quote").bounding_box()["y"]
    assert 0 <= top < 400


def test_an_address_without_fragment_still_opens_at_the_passage(scriptless):
    page = scriptless.open("/documents/harbour/passages/3?mark=0-4")
    assert in_view(page.locator("#p3"))


def test_without_javascript_only_some_reports_are_asked(scriptless):
    page = scriptless.open("/")
    page.get_by_text("Ask only some reports").click()
    page.get_by_label("Lights of Dunwich").check()
    page.get_by_label("Your question").fill(ALARMS)
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("heading", level=1).inner_text() == "No answer found"
    assert "document=dunwich" in page.url
    assert page.get_by_label("Lights of Dunwich").is_checked()


def test_without_javascript_an_answer_is_taken_along_and_judged(scriptless):
    page = scriptless.open(f"/?q={ALARMS.replace(' ', '+')}")
    page.get_by_text("Cite or download this answer").click()
    assert "Answer: 477" in page.locator("pre").first.inner_text()
    assert page.get_by_role("button", name="Copy").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSL-JSON").click()
    assert json.loads(download.value.path().read_text())[0]["section"] == "Figures › Calls"
    page.get_by_text("Add a note first").click()
    page.get_by_label("Note", exact=True).fill("It is on page 9.")
    page.get_by_role("button", name="Right, but from the wrong place").click()
    assert "Thank you" in page.locator("#feedback").inner_text()


def test_by_keyboard_alone_from_question_to_sentence(watch):
    page = watch.open("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(ALARMS)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer]")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('place')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/passages/2*")
    assert page.locator("#p2 mark").count() == 2
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.passage')?.id") == "p2"


def test_every_stop_of_the_keyboard_can_be_seen(watch):
    page = watch.open(f"/?q={ALARMS.replace(' ', '+')}")
    page.locator("body").focus()
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """
            () => {
              const style = getComputedStyle(document.activeElement);
              return document.activeElement === document.body
                || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
            }
            """
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_the_first_stop_skips_to_the_content(watch):
    page = watch.open("/documents/harbour")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_slash_returns_to_the_field(watch):
    page = watch.open(f"/?q={ALARMS.replace(' ', '+')}")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("a/b")
    assert page.locator("#q").input_value() == "a/b"


def test_while_it_works_the_page_says_so(watch):
    page = watch.open("/")
    # The answer never comes.
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_label("Your question").fill(ALARMS)
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("form[aria-busy=true]")
    assert page.get_by_role("status").first.inner_text() == "Reading the reports…"
    assert page.get_by_role("button", name="Ask").is_disabled()


def test_questions_asked_before_stay_in_this_browser(watch):
    page = watch.open(f"/?q={ALARMS.replace(' ', '+')}")
    watch.open("/?q=hostile+vessel+sank+times")
    watch.open("/?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    watch.open("/")
    before = page.locator("[data-before] li")
    assert before.all_inner_texts() == [
        "<img src=x onerror=alert(1)>",
        "hostile vessel sank times",
        ALARMS,
    ]
    assert page.context.cookies() == []
    before.last.locator("a").click()
    assert page.locator("[data-answer]").inner_text() == "477"
    watch.open("/").get_by_role("button", name="Forget these").click()
    assert watch.open("/").locator("[data-before]").is_hidden()


def test_an_answer_is_copied_with_its_citation(chromium, site):
    with watched(chromium, site, permissions=["clipboard-read", "clipboard-write"]) as watch:
        page = watch.open(f"/?q={ALARMS.replace(' ', '+')}")
        page.get_by_role("button", name="Copy answer").click()
        page.locator("[data-copied]:text-is('Copied.')").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.splitlines()[1] == "Answer: 477"
        assert f"{site}/documents/harbour/passages/2?mark=" in copied
        page.get_by_text("Cite or download this answer").click()
        page.get_by_role("button", name="Copy as BibTeX").click()
        page.wait_for_timeout(200)
        assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{harbour-2")
        for name, start in (("Plain text", "Question: how many"), ("Markdown", "**how many")):
            page.get_by_role("button", name=f"Copy as {name}").click()
            page.wait_for_timeout(200)
            assert page.evaluate("navigator.clipboard.readText()").startswith(start)
        page.get_by_role("button", name="Copy as CSL-JSON").click()
        page.wait_for_timeout(200)
        assert json.loads(page.evaluate("navigator.clipboard.readText()"))[0]["page"] == "2"
        page.get_by_role("button", name="Copy link").click()
        page.wait_for_timeout(200)
        link = page.evaluate("navigator.clipboard.readText()")
        page.goto("about:blank")
        page.goto(link)
        assert page.locator("[data-answer]").inner_text() == "477"
        assert watch.troubles == []


def test_copying_that_is_not_allowed_says_so(watch):
    page = watch.open(f"/?q={ALARMS.replace(' ', '+')}")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('no')); }")
    page.get_by_role("button", name="Copy answer").click()
    page.locator("[data-copied]:has-text('does not allow copying')").wait_for()


def test_feedback_is_one_press_and_the_address_stays_that_of_the_answer(watch):
    page = watch.open(f"/?q={ALARMS.replace(' ', '+')}")
    address = page.url
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.get_by_text("Thank you").wait_for()
    assert page.url == f"{address}#feedback"
    assert page.locator("[data-answer]").inner_text() == "477"


def test_by_keyboard_alone_only_some_reports_are_asked_and_compared(watch):
    page = watch.open("/")
    press_to(page, "Ask only some reports")
    page.keyboard.press("Enter")
    press_to(page, "Lights of Cadfael")
    page.keyboard.press("Space")
    page.keyboard.press("/")
    page.keyboard.type("how many lighthouses were inspected")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer]")
    assert "document=cadfael" in page.url
    press_to(page, "Compare the reports on this")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?*document=cadfael*")
    assert page.locator("tbody tr").count() == 1
    press_to(page, "Answer")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-sort=ascending]:has-text('Answer')")


def press_to(page, words):
    """Tab on until what has the focus, or its label, begins with ``words``."""
    named = """
        () => {
          const own = document.activeElement;
          const name = own.ariaLabel ?? (own.labels?.[0] ?? own).textContent;
          return name.trim().replace(/\\s+/g, " ");
        }
    """
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(named).startswith(words):
            return
    raise AssertionError(f"no stop of the keyboard is called {words}")


def test_the_pages_that_a_passage_crosses_keep_its_words(scriptless):
    text = "/documents/harbour/pages/1?passage=0&mark=0-38"
    page = scriptless.open(text)
    assert page.locator("svg rect").count() >= 1
    page.get_by_role("link", name="Next page").first.click()
    assert "mark" not in page.url
    page = scriptless.open("/documents/harbour/pages/3?passage=0&mark=0-38")
    assert page.locator("svg rect").count() == 0
    page.get_by_role("link", name="page 1", exact=True).click()
    assert page.locator("svg rect").count() >= 1


def test_a_report_leads_to_asking_it(scriptless):
    page = scriptless.open("/documents/ambridge")
    page.get_by_role("link", name="Ask this report").click()
    assert page.get_by_label("Lights of Ambridge").is_checked()
    page.get_by_label("Your question").fill("how many lighthouses were inspected")
    page.get_by_role("button", name="Ask").click()
    assert "41" in page.locator("[data-answer]").inner_text()


def test_hostile_words_run_nowhere(watch):
    for path in (
        "/?q=hostile+vessel+sank+times",
        "/documents/hostile/passages/0?mark=0-40",
        "/documents",
        "/compare?q=hostile+vessel+sank+times",
    ):
        page = watch.open(path)
        page.wait_for_load_state("networkidle")
        assert page.locator("img[src=x], svg[onload], a[href^=javascript]").count() == 0


def test_comparing_sorts_and_draws_without_javascript(scriptless):
    page = scriptless.open("/compare")
    page.get_by_label("Question for each report").fill("how many lighthouses were inspected")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("link", name="Answer").click()
    said = [text.split() for text in page.locator("tbody .said").all_inner_texts() if text]
    assert said[0] == ["7", *"In Borchester, 7 lighthouses were inspected.".split()]
    assert page.get_by_role("rowheader").first.inner_text().split("\n")[0] == "Borchester"
    assert page.locator(".asking").is_hidden()
    widths = [float(rect.get_attribute("width")) for rect in page.locator(".plot rect").all()]
    assert widths == sorted(widths)
    assert widths[-1] == 100
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "comparison.csv"
